namespace Cafe.Training.Samples;

/// <summary>Training data that can't be used; the message names the file or field.</summary>
public sealed class SampleException(string message) : Exception(message);
