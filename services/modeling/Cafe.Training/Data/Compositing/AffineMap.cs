namespace Cafe.Training.Data.Compositing;

/// <summary>
/// (x, y) of the target to (XX x + XY y + X0, YX x + YY y + Y0) of the reference, both in pixels with the origin at the upper left
/// corner, so that a pixel's middle is at .5.
/// </summary>
public readonly record struct AffineMap(float XX, float XY, float X0, float YX, float YY, float Y0)
{
    /// <summary>The point of the reference that a point of the target shows.</summary>
    public (float X, float Y) Apply(float x, float y) => ((XX * x) + (XY * y) + X0, (YX * x) + (YY * y) + Y0);
}
