using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <param name="Target">The execution provider that graphs are lowered for.</param>
/// <param name="Precision">Of the assistant. The encoder and the diffuser are stored in fp16 where the assistant is int4.</param>
public sealed record PackBuildOptions(PackTarget Target = PackTarget.Cpu, PackPrecision Precision = PackPrecision.Fp32);
