namespace Cafe.Training.Published;

/// <summary>Samples that a plan reads and does not make.</summary>
/// <param name="Folder">Relative to the work folder: pictures, and index.jsonl or shards of it.</param>
/// <param name="Samples">How many the paper had.</param>
/// <param name="Holds">What they are.</param>
public sealed record ExpectedData(string Folder, long Samples, string Holds);
