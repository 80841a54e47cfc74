using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>Keys and values of a number of rows: for each tensor one block [rows, heads, tokens, head_dim].</summary>
internal sealed class ConditionBuffers : IDisposable
{
    private readonly ConditionLayout _layout;
    private readonly DeviceMemory _memory;
    private readonly List<DeviceBlock> _blocks = [];

    public ConditionBuffers(ConditionLayout layout, DeviceMemory memory, int rows)
    {
        _layout = layout;
        _memory = memory;
        Rows = rows;
        try
        {
            foreach (var tensor in layout.Tensors)
            {
                _blocks.Add(memory.Allocate(tensor.RowBytes * rows));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Rows { get; }

    /// <summary>A tensor over consecutive rows.</summary>
    public OrtValue View(int tensor, int firstRow, int rows)
    {
        var description = _layout.Tensors[tensor];
        return _memory.View(_blocks[tensor], firstRow * description.RowBytes, description.Type, [rows, .. description.RowShape]);
    }

    /// <summary>Takes over a row's keys and values of one condition.</summary>
    /// <returns>Bytes copied.</returns>
    public long CopyRow(int row, ConditionBuffers from, int fromRow, ConditionBranch source)
    {
        var bytes = 0L;
        for (var i = 0; i < _blocks.Count; i++)
        {
            var tensor = _layout.Tensors[i];
            if (tensor.Source == source)
            {
                _memory.Copy(from._blocks[i], fromRow * tensor.RowBytes, _blocks[i], row * tensor.RowBytes, tensor.RowBytes);
                bytes += tensor.RowBytes;
            }
        }

        return bytes;
    }

    /// <summary>The name of a tensor that holds NaN or infinity, or null. In the host's memory only.</summary>
    public string? FindNotFinite()
    {
        for (var i = 0; i < _blocks.Count; i++)
        {
            var finite = DeviceMemory.SizeOf(_layout.Tensors[i].Type) == 4
                ? Numbers.AllFinite(_memory.Span<float>(_blocks[i]))
                : Numbers.AllFinite(_memory.Span<Half>(_blocks[i]));
            if (!finite)
            {
                return _layout.Tensors[i].Name;
            }
        }

        return null;
    }

    public void Dispose() => _blocks.ForEach(block => block.Dispose());
}
