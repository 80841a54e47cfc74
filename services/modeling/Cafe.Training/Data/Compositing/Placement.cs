namespace Cafe.Training.Data.Compositing;

/// <summary>Where a subject stands in the target.</summary>
/// <param name="X">Middle of its box, share of the side.</param>
/// <param name="Y">Middle of its box, share of the side.</param>
/// <param name="Scale">Its longer side, share of the picture's side.</param>
/// <param name="Degrees">Turned clockwise.</param>
/// <param name="Flipped">Mirrored left to right.</param>
public sealed record Placement(float X, float Y, float Scale, float Degrees, bool Flipped);
