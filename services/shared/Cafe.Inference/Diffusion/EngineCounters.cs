namespace Cafe.Inference.Diffusion;

/// <summary>What an engine did since its start: tests hold it to this, metrics export it.</summary>
/// <param name="UnetCalls">Calls of the UNet.</param>
/// <param name="UnetRows">Rows in them.</param>
/// <param name="ConditionerCalls">Calls of the conditioner.</param>
/// <param name="ConditionBytesCopied">Bytes of keys and values copied between rows.</param>
/// <param name="LatentBytesCopied">Bytes of latents that passed between host and graphs: in every call where the host advances them, else when a picture begins and when its latents are asked for.</param>
/// <param name="Bindings">Bindings made: one for each number of rows and size that came up.</param>
/// <param name="LiveConditions">Conditions made and not yet disposed of, those of no request left out.</param>
public readonly record struct EngineCounters(
    long UnetCalls, long UnetRows, long ConditionerCalls, long ConditionBytesCopied, long LatentBytesCopied, long Bindings, int LiveConditions);
