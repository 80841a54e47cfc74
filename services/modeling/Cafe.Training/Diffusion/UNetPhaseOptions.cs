namespace Cafe.Training.Diffusion;

/// <summary>A part of a UNet's training.</summary>
/// <param name="Stores">Folders of stores that are joined: samples, and what encoders made of them.</param>
/// <param name="References">Folder of the store that has the patch embeddings; where samples have a reference_row, it says which row of it.</param>
/// <param name="Until">The step that the phase ends before; the last phase goes on to the end.</param>
/// <param name="Union">Further samples that are trained on together with these, each with one reference of its own: what a stage-one model generated, beside the teacher's.</param>
public sealed record UNetPhaseOptions(IReadOnlyList<string> Stores, string References, long? Until = null, IReadOnlyList<UNetSetOptions>? Union = null);
