namespace Cafe.Training.Diffusion;

/// <summary>A part of a UNet's training.</summary>
/// <param name="Stores">Folders of stores that are joined: samples, and what encoders made of them.</param>
/// <param name="References">Folder of the store that has the patch embeddings; where samples have a reference_row, it says which row of it.</param>
/// <param name="Until">The step that the phase ends before; the last phase goes on to the end.</param>
public sealed record UNetPhaseOptions(IReadOnlyList<string> Stores, string References, long? Until = null);
