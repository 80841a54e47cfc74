namespace Cafe.Cli.Model;

/// <summary>One thing that was checked.</summary>
/// <param name="Subject">A file or field.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
internal sealed record Finding(string Subject, string Detail, string? Problem = null);
