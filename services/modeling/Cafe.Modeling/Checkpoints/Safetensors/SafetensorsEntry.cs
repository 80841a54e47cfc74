using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>One tensor of a safetensors header. The byte range counts from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, TensorType Type, ImmutableArray<long> Shape, long Begin, long End);
