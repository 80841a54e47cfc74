namespace Cafe.Modeling.Building;

/// <summary>A file that a build will make.</summary>
/// <param name="Path">In the pack; a graph stands for its data too.</param>
/// <param name="Parameters">Published numbers that it is made from; 0 for what is no graph.</param>
/// <param name="Bytes">About what it takes on disk.</param>
public sealed record PlannedItem(string Path, long Parameters, long Bytes);
