namespace Cafe.Modeling.Building;

/// <param name="Step">What is being done, for example <c>write diffuser/unet.onnx</c>.</param>
/// <param name="DoneBytes">Of all steps so far.</param>
/// <param name="TotalBytes">Of all steps: every byte is written once and hashed once.</param>
public readonly record struct BuildProgress(string Step, long DoneBytes, long TotalBytes);
