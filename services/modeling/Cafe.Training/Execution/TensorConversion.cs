using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Cafe.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>Between checkpoints' tensors and libtorch's.</summary>
public static class TensorConversion
{
    // Elements are moved in parts, so that a large weight needs no second copy in managed memory.
    private const int ChunkElements = 1 << 18;

    /// <summary>A tensor of the source's values on the CPU: floats as float32, integers and booleans as they are.</summary>
    public static Tensor ToTensor(this TensorSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        long[] shape = [.. source.Shape];
        if (source.Type.IsFloat())
        {
            var tensor = torch.empty(shape, ScalarType.Float32, torch.CPU);
            CopyTo(source, tensor);
            return tensor;
        }

        var exact = torch.empty(shape, ScalarTypeOf(source.Type), torch.CPU);
        source.Read(0, exact.bytes);
        return exact;
    }

    /// <summary>Fills a contiguous float32 tensor on the CPU.</summary>
    public static void CopyTo(TensorSource source, Tensor destination)
    {
        var floats = MemoryMarshal.Cast<byte, float>(destination.bytes);
        for (var start = 0; start < floats.Length; start += ChunkElements)
        {
            source.ReadFloats(start, floats.Slice(start, Math.Min(ChunkElements, floats.Length - start)));
        }
    }

    /// <summary>A copy of a tensor's values in the checkpoint's terms.</summary>
    public static MemoryTensor ToSource(this Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var detached = tensor.detach();
        using var host = detached.cpu();
        using var contiguous = host.contiguous();
        ImmutableArray<long> shape = [.. contiguous.shape];
        return new MemoryTensor(name, TensorTypeOf(contiguous.dtype), shape, contiguous.bytes.ToArray());
    }

    internal static ScalarType ScalarTypeOf(TensorType type) => type switch
    {
        TensorType.Float32 => ScalarType.Float32,
        TensorType.Float16 => ScalarType.Float16,
        TensorType.BFloat16 => ScalarType.BFloat16,
        TensorType.Float64 => ScalarType.Float64,
        TensorType.Int64 => ScalarType.Int64,
        TensorType.Int32 => ScalarType.Int32,
        TensorType.Int16 => ScalarType.Int16,
        TensorType.Int8 => ScalarType.Int8,
        TensorType.UInt8 => ScalarType.Byte,
        TensorType.Bool => ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>By ONNX's numbers, as Cast's attribute gives them.</summary>
    internal static ScalarType ScalarTypeOf(long onnx) => onnx switch
    {
        1 => ScalarType.Float32,
        2 => ScalarType.Byte,
        6 => ScalarType.Int32,
        7 => ScalarType.Int64,
        9 => ScalarType.Bool,
        10 => ScalarType.Float16,
        11 => ScalarType.Float64,
        16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(onnx), onnx, "Unknown element type."),
    };

    private static TensorType TensorTypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => TensorType.Float32,
        ScalarType.Float16 => TensorType.Float16,
        ScalarType.BFloat16 => TensorType.BFloat16,
        ScalarType.Float64 => TensorType.Float64,
        ScalarType.Int64 => TensorType.Int64,
        ScalarType.Int32 => TensorType.Int32,
        ScalarType.Int16 => TensorType.Int16,
        ScalarType.Int8 => TensorType.Int8,
        ScalarType.Byte => TensorType.UInt8,
        ScalarType.Bool => TensorType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No checkpoint holds this element type."),
    };
}
