using System.Numerics;

namespace Cafe.Inference.Diffusion;

/// <summary>
/// The rows that the UNet sees: keys and values stay in their rows from step to step, and a row is filled only when what it should
/// hold changes. Pictures of one request share what they hold, and so do all null rows.
/// </summary>
internal sealed class ConditionBatch(ConditionLayout layout, DeviceMemory memory, Action<RowContent, ConditionBuffers, int> fill) : IDisposable
{
    private RowContent[] _contents = [];

    /// <summary>The buffers; null before the first step. New ones, when more rows are needed, mean new bindings.</summary>
    public ConditionBuffers? Buffers { get; private set; }

    /// <summary>Assigns the wanted contents to the first rows, one each, filling as few as possible.</summary>
    /// <param name="wanted">One for each row.</param>
    /// <param name="rows">Receives the row of each.</param>
    public void Arrange(ReadOnlySpan<RowContent> wanted, Span<int> rows)
    {
        Reserve(wanted.Length);
        var taken = new bool[wanted.Length];
        for (var i = 0; i < wanted.Length; i++)
        {
            rows[i] = -1;
            for (var row = 0; row < wanted.Length; row++)
            {
                if (!taken[row] && _contents[row] == wanted[i])
                {
                    (rows[i], taken[row]) = (row, true);
                    break;
                }
            }
        }

        for (var i = 0; i < wanted.Length; i++)
        {
            if (rows[i] < 0)
            {
                var row = Array.IndexOf(taken, false);
                (rows[i], taken[row]) = (row, true);
                // Holds nothing while it is half filled.
                _contents[row] = default;
                fill(wanted[i], Buffers!, row);
                _contents[row] = wanted[i];
            }
        }
    }

    /// <summary>Forgets rows that hold a request's conditions, which are about to go.</summary>
    public void Forget(Conditions conditions)
    {
        for (var row = 0; row < _contents.Length; row++)
        {
            if (_contents[row].Semantic == conditions || _contents[row].Subject == conditions)
            {
                _contents[row] = default;
            }
        }
    }

    public void Dispose() => Buffers?.Dispose();

    private void Reserve(int needed)
    {
        if (needed <= _contents.Length)
        {
            return;
        }

        // Powers of two: every other number of rows on the way up would fill all rows anew.
        var rows = (int)BitOperations.RoundUpToPowerOf2((uint)needed);

        // The old rows go first: both at once may not fit the device. An allocation that fails leaves an empty batch.
        Buffers?.Dispose();
        Buffers = null;
        _contents = [];
        Buffers = new ConditionBuffers(layout, memory, rows);
        _contents = new RowContent[rows];
    }
}
