namespace Cafe.Diffuser.Scheduling;

/// <summary>Pixels of a picture. Rows of one UNet call have one shape.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct Shape(int Width, int Height)
{
    /// <summary>Pixels in all.</summary>
    public long Area => (long)Width * Height;
}
