using System.Runtime.InteropServices;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Embeddings.Values;

/// <summary>Tensors in messages, from and to arrays. What comes from outside is checked before anything is allocated for it.</summary>
public static class TensorMessages
{
    private const int MaxRank = 8;

    /// <summary>A float32 tensor.</summary>
    public static Tensor Float32(IReadOnlyList<int> shape, ReadOnlySpan<float> data) =>
        Message(DataType.Float32, shape, MemoryMarshal.AsBytes(data));

    /// <summary>A float16 tensor.</summary>
    public static Tensor Float16(EmbeddingValue value) => Message(DataType.Float16, value.Shape, MemoryMarshal.AsBytes(value.Data));

    /// <summary>The elements of a tensor as float32, row-major.</summary>
    /// <param name="tensor">The message.</param>
    /// <param name="field">Its path in the request, for the error.</param>
    /// <param name="shape">The only shape that is accepted.</param>
    /// <exception cref="InvalidRequestException">The element type, the shape or the length is wrong, or an element is NaN or infinite.</exception>
    public static float[] ToFloats(Tensor tensor, string field, params ReadOnlySpan<int> shape)
    {
        var size = tensor.DataType switch
        {
            DataType.Float32 => sizeof(float),
            DataType.Float16 => sizeof(ushort),
            _ => throw new InvalidRequestException($"{field}.data_type", $"must be FLOAT32 or FLOAT16, not {tensor.DataType} ({(int)tensor.DataType})"),
        };
        CheckShape(tensor, field, shape);
        var count = 1L;
        foreach (var length in shape)
        {
            count *= length;
        }

        if (tensor.Data.Length != count * size)
        {
            throw new InvalidRequestException($"{field}.data", $"[{Join(shape)}] of {tensor.DataType} takes {count * size} bytes, got {tensor.Data.Length}");
        }

        var floats = new float[count];
        if (size == sizeof(float))
        {
            tensor.Data.Span.CopyTo(MemoryMarshal.AsBytes(floats.AsSpan()));
        }
        else
        {
            HalfConversion.ToFloats(MemoryMarshal.Cast<byte, Half>(tensor.Data.Span), floats);
        }

        for (var i = 0; i < floats.Length; i++)
        {
            if (!float.IsFinite(floats[i]))
            {
                throw new InvalidRequestException($"{field}.data", $"element {i} is {floats[i]}; every element must be finite");
            }
        }

        return floats;
    }

    private static void CheckShape(Tensor tensor, string field, ReadOnlySpan<int> shape)
    {
        var same = tensor.Shape.Count == shape.Length;
        for (var i = 0; same && i < shape.Length; i++)
        {
            same = tensor.Shape[i] == shape[i];
        }

        if (!same)
        {
            throw new InvalidRequestException($"{field}.shape", $"must be [{Join(shape)}], got [{string.Join(", ", tensor.Shape.Take(MaxRank))}{(tensor.Shape.Count > MaxRank ? ", ..." : "")}]");
        }
    }

    private static Tensor Message(DataType type, IReadOnlyList<int> shape, ReadOnlySpan<byte> data)
    {
        var tensor = new Tensor { DataType = type, Data = ByteString.CopyFrom(data) };
        tensor.Shape.AddRange(shape.Select(length => (long)length));
        return tensor;
    }

    private static string Join(ReadOnlySpan<int> shape) => string.Join(", ", shape.ToArray());
}
