using System.Diagnostics;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Language;

/// <summary>
/// Runs a cached decoder graph (docs/pack-format.md) over a fixed set of cache rows. Sequences join and leave between calls; a call either continues one sequence by several tokens or any
/// number of sequences by one token each. Not thread-safe: one caller at a time, which is the scheduler's loop.
/// </summary>
/// <remarks>
/// Active sequences keep to the first rows: on the host the last one is moved into a row that becomes free, on a device a hole is computed along until it is filled again. A call of one
/// token always has at least two rows: four-bit matrix products take another kernel at a single row, and alone or in company a text has to be the same.
/// </remarks>
public sealed class DecoderEngine : IDisposable
{
    private const int LeastRows = 2;

    private readonly ModelSession _decoder;
    private readonly KvCache _cache;
    private readonly DecoderSlot?[] _rows;
    private readonly StepBinding?[] _steps;
    private readonly int _chunk;
    private readonly float[] _prefillEmbeddings;
    private readonly float[] _prefillLogits;
    private readonly float[] _prefillHidden;
    private readonly int[] _prefillLength = new int[1];
    private readonly int[] _total = new int[1];
    private int _active;

    /// <summary>Allocates the cache.</summary>
    /// <param name="decoder">The cached form of the decoder; stays the caller's.</param>
    /// <param name="settings">Validated by whoever bound them.</param>
    /// <param name="session">The settings that <paramref name="decoder"/> was opened with: where the cache has to be.</param>
    /// <param name="maxPositions">Positions of the model.</param>
    /// <exception cref="InvalidOperationException">Not even one row fits the memory that is allowed.</exception>
    public DecoderEngine(ModelSession decoder, DecoderSettings settings, SessionSettings session, int maxPositions)
    {
        _decoder = decoder;
        _chunk = settings.PrefillChunk;
        HiddenSize = decoder.Input("inputs_embeds").Shape[2];
        VocabSize = decoder.Output("logits").Shape[2];
        MaxTokens = Math.Min(settings.MaxTokens, maxPositions);
        var positions = MaxTokens + 1; // one more, for a row that is computed along without being meant
        var rowBytes = KvCache.BytesOfRow(decoder, positions);
        MaxRows = (int)Math.Min(settings.MaxRows, settings.KvMemoryBytes / rowBytes);
        if (MaxRows < 1)
        {
            throw new InvalidOperationException($"One row of {MaxTokens} tokens takes {rowBytes} bytes of keys and values; KvMemoryBytes allows {settings.KvMemoryBytes}.");
        }

        // Where memory holds a single row, the second one that every step needs stays all but untouched: it is never filled.
        _cache = new KvCache(decoder, session.Provider, session.DeviceId, Math.Max(LeastRows, MaxRows), positions);
        _rows = new DecoderSlot?[MaxRows];
        _steps = new StepBinding?[_cache.Rows + 1];
        _prefillEmbeddings = new float[_chunk * HiddenSize];
        _prefillLogits = new float[_chunk * VocabSize];
        _prefillHidden = new float[_chunk * HiddenSize];
    }

    /// <summary>Width of input embeddings and hidden states.</summary>
    public int HiddenSize { get; }

    /// <summary>Number of logits.</summary>
    public int VocabSize { get; }

    /// <summary>Sequences that fit at once.</summary>
    public int MaxRows { get; }

    /// <summary>Tokens that one sequence may have.</summary>
    public int MaxTokens { get; }

    /// <summary>Most tokens of one <see cref="Prefill"/>.</summary>
    public int PrefillChunk => _chunk;

    /// <summary>Sequences admitted now.</summary>
    public int Active => _active;

    /// <summary>Bytes of keys and values.</summary>
    public long KvBytes => _cache.RowBytes * _cache.Rows;

    /// <summary>Bytes of keys and values that were moved to keep rows together, since the start.</summary>
    public long MovedBytes { get; private set; }

    /// <summary>A free place in the cache, or null where none is.</summary>
    public DecoderSlot? TryAdmit()
    {
        var row = Array.IndexOf(_rows, null);
        if (row < 0)
        {
            return null;
        }

        _active++;
        return _rows[row] = new DecoderSlot(row);
    }

    /// <summary>Gives a place back.</summary>
    public void Release(DecoderSlot slot)
    {
        Check(slot);
        slot.Released = true;
        _rows[slot.Row] = null;
        _active--;
        var last = Array.FindLastIndex(_rows, other => other is not null);
        if (_cache.OnHost && last > slot.Row)
        {
            var moved = _rows[last]!;
            _cache.Move(last, slot.Row, moved.Length);
            MovedBytes += moved.Length * (_cache.RowBytes / _cache.Positions);
            (_rows[slot.Row], _rows[last], moved.Row) = (moved, null, slot.Row);
        }
    }

    /// <summary>Continues one sequence by up to <see cref="PrefillChunk"/> tokens.</summary>
    /// <param name="slot">The sequence.</param>
    /// <param name="embeddings">Input embeddings, [tokens, hidden].</param>
    /// <returns>Logits and hidden state of the last token, valid until the next call.</returns>
    public DecoderOutput Prefill(DecoderSlot slot, ReadOnlySpan<float> embeddings, CancellationToken cancellation = default)
    {
        Check(slot);
        var (count, rest) = Math.DivRem(embeddings.Length, HiddenSize);
        if (rest != 0 || count < 1 || count > _chunk)
        {
            throw new ArgumentException($"{embeddings.Length} numbers are not 1 to {_chunk} embeddings of {HiddenSize}.", nameof(embeddings));
        }

        CheckRoom(slot, count);
        embeddings.CopyTo(_prefillEmbeddings);
        _prefillLength[0] = slot.Length + count - 1;
        _total[0] = slot.Length + count;
        List<OrtValue> values = [];
        try
        {
            using var binding = _decoder.CreateBinding();
            OrtValue Keep(OrtValue value)
            {
                values.Add(value);
                return value;
            }

            binding.BindInput("inputs_embeds", Keep(Tensors.Of(_prefillEmbeddings.AsMemory(0, count * HiddenSize), 1, count, HiddenSize)));
            binding.BindInput("seqlens_k", Keep(Tensors.Of(_prefillLength, 1)));
            binding.BindInput("total_sequence_length", Keep(Tensors.Of(_total)));
            binding.BindOutput("logits", Keep(Tensors.Of(_prefillLogits.AsMemory(0, count * VocabSize), 1, count, VocabSize)));
            binding.BindOutput("last_hidden_state", Keep(Tensors.Of(_prefillHidden.AsMemory(0, count * HiddenSize), 1, count, HiddenSize)));
            _cache.Bind(binding, slot.Row, 1, values);
            _decoder.Run(binding, cancellation);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }

        slot.Length += count;
        return new DecoderOutput(
            _prefillLogits.AsMemory((count - 1) * VocabSize, VocabSize), _prefillHidden.AsMemory((count - 1) * HiddenSize, HiddenSize));
    }

    /// <summary>Continues any number of sequences by one token each.</summary>
    /// <param name="slots">The sequences, each once.</param>
    /// <param name="embeddings">One input embedding per sequence, [sequences, hidden].</param>
    /// <param name="outputs">Filled with the logits and hidden state of each sequence, valid until the next call.</param>
    public void Step(IReadOnlyList<DecoderSlot> slots, ReadOnlySpan<float> embeddings, Span<DecoderOutput> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(slots.Count, nameof(slots));
        ArgumentOutOfRangeException.ThrowIfNotEqual(embeddings.Length, slots.Count * HiddenSize, nameof(embeddings));
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, slots.Count, nameof(outputs));
        foreach (var slot in slots)
        {
            Check(slot);
            CheckRoom(slot, 1);
        }

        var count = Math.Max(LeastRows, Array.FindLastIndex(_rows, row => row is not null) + 1);
        var step = _steps[count] ??= new StepBinding(_decoder, _cache, count, HiddenSize, VocabSize);

        // A row that takes no part writes behind its last token, where its own next token will overwrite it.
        var longest = 0;
        for (var row = 0; row < count; row++)
        {
            var length = row < _rows.Length ? _rows[row]?.Length ?? 0 : 0;
            step.Lengths[row] = length;
            longest = Math.Max(longest, length);
        }

        _total[0] = longest + 1;
        for (var i = 0; i < slots.Count; i++)
        {
            embeddings.Slice(i * HiddenSize, HiddenSize).CopyTo(step.Embeddings.AsSpan(slots[i].Row * HiddenSize));
        }

        step.Run(_total);
        for (var i = 0; i < slots.Count; i++)
        {
            slots[i].Length++;
            outputs[i] = new DecoderOutput(
                step.Logits.AsMemory(slots[i].Row * VocabSize, VocabSize), step.Hidden.AsMemory(slots[i].Row * HiddenSize, HiddenSize));
        }
    }

    /// <summary>Forgets a sequence's last tokens, as if they had not been given.</summary>
    /// <param name="slot">The sequence.</param>
    /// <param name="length">Tokens to keep, at most as many as there are.</param>
    public void Rewind(DecoderSlot slot, int length)
    {
        Check(slot);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, slot.Length);
        slot.Length = length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var step in _steps)
        {
            step?.Dispose();
        }

        _cache.Dispose();
    }

    private void Check(DecoderSlot slot)
    {
        if (slot.Released)
        {
            throw new ObjectDisposedException(nameof(DecoderSlot), "The slot was released.");
        }

        Debug.Assert(_rows[slot.Row] == slot, "A slot is at its row.");
    }

    private void CheckRoom(DecoderSlot slot, int tokens)
    {
        if (slot.Length + tokens > MaxTokens)
        {
            throw new InvalidOperationException($"A sequence of {slot.Length} tokens has no room for {tokens} more; the limit is {MaxTokens}.");
        }
    }

    /// <summary>The buffers and bindings of a step over a number of rows; made once, bound for good.</summary>
    private sealed class StepBinding : IDisposable
    {
        private readonly ModelSession _decoder;
        private readonly OrtIoBinding _binding;
        private readonly List<OrtValue> _values = [];
        private readonly OrtValue _embeddings;
        private readonly OrtValue _lengths;

        public StepBinding(ModelSession decoder, KvCache cache, int rows, int hidden, int vocab)
        {
            _decoder = decoder;
            Embeddings = new float[rows * hidden];
            Lengths = new int[rows];
            Logits = new float[rows * vocab];
            Hidden = new float[rows * hidden];
            _binding = decoder.CreateBinding();
            _embeddings = Keep(Tensors.Of(Embeddings, rows, 1, hidden));
            _lengths = Keep(Tensors.Of(Lengths, rows));
            _binding.BindOutput("logits", Keep(Tensors.Of(Logits, rows, 1, vocab)));
            _binding.BindOutput("last_hidden_state", Keep(Tensors.Of(Hidden, rows, 1, hidden)));
            cache.Bind(_binding, 0, rows, _values);
        }

        public float[] Embeddings { get; }

        public int[] Lengths { get; }

        public float[] Logits { get; }

        public float[] Hidden { get; }

        public void Run(int[] total)
        {
            // Binding an input copies it to a device, so the small ones are bound anew; on the host nothing is copied.
            using var totalValue = Tensors.Of(total);
            _binding.BindInput("inputs_embeds", _embeddings);
            _binding.BindInput("seqlens_k", _lengths);
            _binding.BindInput("total_sequence_length", totalValue);
            _decoder.Run(_binding);
        }

        public void Dispose()
        {
            _binding.Dispose();
            _values.ForEach(value => value.Dispose());
        }

        private OrtValue Keep(OrtValue value)
        {
            _values.Add(value);
            return value;
        }
    }
}
