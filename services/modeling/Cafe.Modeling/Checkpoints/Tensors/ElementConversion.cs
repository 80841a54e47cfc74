using System.Runtime.InteropServices;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Converts packed elements to numbers and back.</summary>
public static class ElementConversion
{
    /// <summary>Widens (or, from float64 and integers, rounds) packed elements to floats.</summary>
    public static void ToFloats(TensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case TensorType.Float32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
                break;
            case TensorType.Float16:
                Widen(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case TensorType.BFloat16:
                Widen(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
            case TensorType.Float64:
                Convert<double>(source, destination, static value => (float)value);
                break;
            case TensorType.Int64:
                Convert<long>(source, destination, static value => value);
                break;
            case TensorType.Int32:
                Convert<int>(source, destination, static value => value);
                break;
            case TensorType.Int16:
                Convert<short>(source, destination, static value => value);
                break;
            case TensorType.Int8:
                Convert<sbyte>(source, destination, static value => value);
                break;
            case TensorType.UInt8 or TensorType.Bool:
                Convert<byte>(source, destination, static value => value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type.");
        }
    }

    /// <summary>Packs floats in a real type, rounding to nearest even. Past the type's range a value becomes infinite.</summary>
    public static void FromFloats(TensorType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        switch (type)
        {
            case TensorType.Float32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case TensorType.Float16:
                Narrow(source, MemoryMarshal.Cast<byte, Half>(destination));
                break;
            case TensorType.BFloat16:
                Narrow(MemoryMarshal.Cast<float, uint>(source), MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case TensorType.Float64:
                var doubles = MemoryMarshal.Cast<byte, double>(destination);
                for (var i = 0; i < source.Length; i++)
                {
                    doubles[i] = source[i];
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Numbers are packed in real types only.");
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> source, Span<float> destination, Func<T, float> convert)
        where T : struct
    {
        var values = MemoryMarshal.Cast<byte, T>(source);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = convert(values[i]);
        }
    }

    private static void Widen(ReadOnlySpan<Half> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    private static void Narrow(ReadOnlySpan<float> source, Span<Half> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (Half)source[i];
        }
    }

    // A bfloat16 is the upper half of a float32.
    private static void Widen(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (uint)source[i] << 16;
        }
    }

    private static void Narrow(ReadOnlySpan<uint> source, Span<ushort> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            var bits = source[i];
            var isNaN = (bits & 0x7fffffff) > 0x7f800000;
            destination[i] = isNaN ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
        }
    }
}
