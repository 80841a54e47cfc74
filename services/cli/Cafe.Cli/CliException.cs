namespace Cafe.Cli;

/// <summary>Something that the user can put right; shown as one line.</summary>
/// <param name="message">What, and how.</param>
public sealed class CliException(string message) : Exception(message);
