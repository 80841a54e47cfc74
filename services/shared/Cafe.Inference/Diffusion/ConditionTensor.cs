using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Diffusion;

/// <summary>One tensor of keys or values, as the conditioner gives and the UNet takes it.</summary>
/// <param name="Name">In both graphs.</param>
/// <param name="Type">Float or Float16.</param>
/// <param name="RowShape">[heads, tokens, head_dim].</param>
/// <param name="Source">The condition that it is made of.</param>
internal sealed record ConditionTensor(string Name, TensorElementType Type, long[] RowShape, ConditionBranch Source)
{
    public long RowBytes { get; } = RowShape.Aggregate((long)DeviceMemory.SizeOf(Type), (product, length) => product * length);
}
