using System.Runtime.InteropServices;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Diffusion;

/// <summary>Memory where the graphs run: the host's, or the device's.</summary>
internal sealed unsafe class DeviceMemory : IDisposable
{
    private const nuint Alignment = 64;
    private readonly OrtMemoryInfo _info;
    private readonly OrtAllocator? _allocator;

    public DeviceMemory(ModelSession session, SessionSettings settings)
    {
        OnHost = settings.Provider == ExecutionProvider.Cpu;
        _info = OnHost
            ? OrtMemoryInfo.DefaultInstance
            : new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, settings.DeviceId, OrtMemType.Default);
        _allocator = OnHost ? null : new OrtAllocator(session.Native, _info);
    }

    /// <summary>The memory is the process's own.</summary>
    public bool OnHost { get; }

    public static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Float => 4,
        TensorElementType.Float16 => 2,
        _ => throw new InvalidDataException($"Tensors of {type} are not supported."),
    };

    /// <summary>Allocates; what it holds is undefined.</summary>
    /// <exception cref="DeviceMemoryException">There is none left.</exception>
    public DeviceBlock Allocate(long bytes)
    {
        try
        {
            if (OnHost)
            {
                return new DeviceBlock((nint)NativeMemory.AlignedAlloc(checked((nuint)bytes), Alignment), null, bytes);
            }

            var allocation = _allocator!.Allocate(checked((uint)bytes));
            return new DeviceBlock(allocation.DangerousGetHandle(), allocation, bytes);
        }
        catch (Exception error) when (DeviceMemoryException.Matches(error))
        {
            throw new DeviceMemoryException($"{bytes} bytes more don't fit the device's memory.", error);
        }
    }

    /// <summary>A tensor over a part of a block.</summary>
    public OrtValue View(DeviceBlock block, long offset, TensorElementType type, long[] shape)
    {
        var bytes = shape.Aggregate((long)SizeOf(type), (product, length) => product * length);
        if (offset < 0 || offset + bytes > block.Bytes)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{bytes} bytes from there are not within {block.Bytes}.");
        }

        return OrtValue.CreateTensorValueWithData(_info, type, shape, block.Address + checked((nint)offset), bytes);
    }

    /// <summary>Copies within the host's memory.</summary>
    public void Copy(DeviceBlock from, long fromOffset, DeviceBlock to, long toOffset, long bytes)
    {
        if (!OnHost || fromOffset + bytes > from.Bytes || toOffset + bytes > to.Bytes)
        {
            throw new InvalidOperationException("Only parts of blocks in the host's memory are copied.");
        }

        Buffer.MemoryCopy((byte*)from.Address + fromOffset, (byte*)to.Address + toOffset, bytes, bytes);
    }

    /// <summary>A view of a host block's floats or halves, for checks.</summary>
    public ReadOnlySpan<T> Span<T>(DeviceBlock block)
        where T : unmanaged => OnHost
            ? new ReadOnlySpan<T>((void*)block.Address, checked((int)(block.Bytes / sizeof(T))))
            : throw new InvalidOperationException("A device's memory can't be read from here.");

    public void Dispose()
    {
        _allocator?.Dispose();
        if (!OnHost)
        {
            _info.Dispose();
        }
    }
}
