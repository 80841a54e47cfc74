namespace Cafe.Encoder.Scheduling;

/// <summary>What the model gave for one request.</summary>
/// <param name="Rows">One per picture or text, row-major.</param>
/// <param name="QueueSeconds">Seconds waited.</param>
/// <param name="EncodeSeconds">Seconds of the model call that it was part of.</param>
public sealed record EncodeOutput(float[][] Rows, double QueueSeconds, double EncodeSeconds);
