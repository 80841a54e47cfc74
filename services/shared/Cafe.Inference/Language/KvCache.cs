using System.Runtime.InteropServices;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Language;

/// <summary>
/// The keys and values of all rows: for each layer two buffers [rows, heads, positions, head_dim] that are allocated once, where the graph runs, and stay. A graph is given views of
/// consecutive rows, so neither joining nor leaving a batch copies a cache.
/// </summary>
internal sealed unsafe class KvCache : IDisposable
{
    private readonly OrtMemoryInfo _memory;
    private readonly OrtAllocator? _device;
    private readonly List<OrtMemoryAllocation> _allocations = [];
    private readonly List<nint> _buffers = [];
    private readonly TensorElementType _type;
    private readonly int _elementSize;
    private readonly long _rowBytes;

    public KvCache(ModelSession decoder, ExecutionProvider provider, int deviceId, int rows, int positions)
    {
        var key = decoder.Input(Key(0));
        Layers = decoder.Inputs.Count(input => input.Name.StartsWith("past_key_values.", StringComparison.Ordinal)) / 2;
        (Heads, HeadDim) = (key.Shape[1], key.Shape[3]);
        (Rows, Positions, _type) = (rows, positions, key.Type);
        _elementSize = _type switch
        {
            TensorElementType.Float => 4,
            TensorElementType.Float16 => 2,
            _ => throw new InvalidDataException($"Graph '{decoder.Name}': a cache of {key.Type} is not supported."),
        };
        _rowBytes = (long)Heads * positions * HeadDim * _elementSize;
        OnHost = provider == ExecutionProvider.Cpu;
        _memory = OnHost ? OrtMemoryInfo.DefaultInstance : new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, deviceId, OrtMemType.Default);
        try
        {
            _device = OnHost ? null : new OrtAllocator(decoder.Native, _memory);
            for (var i = 0; i < 2 * Layers; i++)
            {
                _buffers.Add(Allocate(checked(_rowBytes * rows)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Layers { get; }

    public int Heads { get; }

    public int HeadDim { get; }

    public int Rows { get; }

    /// <summary>Tokens that a row can hold.</summary>
    public int Positions { get; }

    /// <summary>Whether the memory is the process's own, so that rows can be moved in it.</summary>
    public bool OnHost { get; }

    /// <summary>Bytes of one row over all layers, keys and values.</summary>
    public long RowBytes => _rowBytes * 2 * Layers;

    public static string Key(int layer) => $"past_key_values.{layer}.key";

    public static string Value(int layer) => $"past_key_values.{layer}.value";

    /// <summary>Bytes that one row of this graph would take.</summary>
    public static long BytesOfRow(ModelSession decoder, int positions)
    {
        var cached = decoder.Inputs.Where(input => input.Name.StartsWith("past_key_values.", StringComparison.Ordinal));
        return cached.Sum(input => (long)input.Shape[1] * positions * input.Shape[3] * (input.Type == TensorElementType.Float16 ? 2 : 4));
    }

    /// <summary>Binds consecutive rows as past and, in place, as present. The values are the caller's to dispose with the binding.</summary>
    public void Bind(OrtIoBinding binding, int firstRow, int count, List<OrtValue> views)
    {
        long[] shape = [count, Heads, Positions, HeadDim];
        for (var layer = 0; layer < Layers; layer++)
        {
            for (var part = 0; part < 2; part++)
            {
                var data = _buffers[(2 * layer) + part] + (nint)(firstRow * _rowBytes);
                var view = OrtValue.CreateTensorValueWithData(_memory, _type, shape, data, count * _rowBytes);
                views.Add(view);
                binding.BindInput(part == 0 ? Key(layer) : Value(layer), view);
                binding.BindOutput(part == 0 ? $"present.{layer}.key" : $"present.{layer}.value", view);
            }
        }
    }

    /// <summary>Copies the first tokens of one row over another's; host memory only.</summary>
    public void Move(int from, int to, int tokens)
    {
        if (!OnHost)
        {
            throw new InvalidOperationException("Rows in device memory stay where they are.");
        }

        var bytes = (long)tokens * HeadDim * _elementSize;
        var headBytes = (long)Positions * HeadDim * _elementSize;
        foreach (var buffer in _buffers)
        {
            for (var head = 0; head < Heads; head++)
            {
                var source = (byte*)buffer + (from * _rowBytes) + (head * headBytes);
                Buffer.MemoryCopy(source, (byte*)buffer + (to * _rowBytes) + (head * headBytes), headBytes, bytes);
            }
        }
    }

    public void Dispose()
    {
        foreach (var allocation in _allocations)
        {
            allocation.Dispose();
        }

        if (OnHost)
        {
            foreach (var buffer in _buffers)
            {
                NativeMemory.Free((void*)buffer);
            }
        }
        else
        {
            _device?.Dispose();
            _memory.Dispose();
        }

        _buffers.Clear();
        _allocations.Clear();
    }

    private nint Allocate(long bytes)
    {
        if (OnHost)
        {
            // Zeros, so that what a dummy row reads is a number; and pages that the system hands out as rows fill up.
            return (nint)NativeMemory.AllocZeroed(checked((nuint)bytes));
        }

        var allocation = _device!.Allocate(checked((uint)bytes));
        _allocations.Add(allocation);
        return allocation.DangerousGetHandle();
    }
}
