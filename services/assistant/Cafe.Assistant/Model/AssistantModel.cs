using System.Runtime.InteropServices;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Model;

/// <summary>The assistant's part of a pack, loaded: V, the decoder with its cache, H, the embedding table and the tokenizer.</summary>
public sealed class AssistantModel : IAssistantModel
{
    private readonly List<IDisposable> _opened = [];
    private readonly DecoderEngine _engine;
    private readonly EmbeddingTable _table;
    private readonly VectorModel _vision;
    private readonly VectorModel _head;
    private readonly float[] _imageToken;
    private readonly DecoderSlot?[] _slots;

    /// <summary>Loads a pack's assistant.</summary>
    /// <param name="pack">Its manifest was read.</param>
    /// <param name="session">How graphs run.</param>
    /// <param name="decoder">What the cache holds.</param>
    /// <exception cref="PackException">A file is missing, or graphs and manifest don't agree.</exception>
    public AssistantModel(PackFolder pack, SessionSettings session, DecoderSettings decoder)
    {
        Section = pack.Manifest.Assistant;
        pack.CheckFiles(pack.Manifest.Parts.Assistant);
        var factory = new SessionFactory(session);
        try
        {
            Tokenizer = SentencePieceTokenizer.Read(pack.PathOf(Section.Tokenizer.Path));
            _table = Keep(new EmbeddingTable(
                pack.PathOf(Section.EmbedTokens.Path), Section.EmbedTokens.Dtype == PackElementType.Float16, Section.VocabSize, Section.HiddenSize));
            _imageToken = ReadRow(pack.PathOf(Section.ImageToken.Path), Section.ImageToken.Dtype, Section.HiddenSize);
            _vision = Keep(new VectorModel(factory.Open(pack.PathOf(Section.VisionProjection)), "subject_embeddings", "inputs_embeds"));
            _head = Keep(new VectorModel(factory.Open(pack.PathOf(Section.SemanticHead)), "last_hidden_state", "semantic_embeds"));
            var graph = Keep(factory.Open(pack.PathOf(Section.Graph)));
            _engine = Keep(new DecoderEngine(graph, decoder, session, Section.MaxPositions));
            Check(pack.Manifest);
        }
        catch
        {
            Dispose();
            throw;
        }

        _slots = new DecoderSlot?[_engine.MaxRows];
    }

    /// <inheritdoc/>
    public AssistantSection Section { get; }

    /// <inheritdoc/>
    public SentencePieceTokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public int MaxRows => _engine.MaxRows;

    /// <inheritdoc/>
    public int MaxTokens => _engine.MaxTokens;

    /// <inheritdoc/>
    public int PrefillChunk => _engine.PrefillChunk;

    /// <inheritdoc/>
    public int HiddenSize => _engine.HiddenSize;

    /// <inheritdoc/>
    public long KvBytes => _engine.KvBytes;

    /// <inheritdoc/>
    public int Active => _engine.Active;

    /// <inheritdoc/>
    public bool TryAdmit(out int slot)
    {
        slot = Array.IndexOf(_slots, null);
        if (slot < 0)
        {
            return false;
        }

        _slots[slot] = _engine.TryAdmit();
        return _slots[slot] is not null;
    }

    /// <inheritdoc/>
    public void Release(int slot)
    {
        _engine.Release(At(slot));
        _slots[slot] = null;
    }

    /// <inheritdoc/>
    public float[] Embed(ReplyRequest request)
    {
        var picture = _vision.Run(request.Subject, 1, request.SubjectTokens, _vision.InputWidth); // V(E(x)), [tokens, hidden]
        return [.. _table.Lookup(request.Prompt.BeforeImage), .. picture, .. _table.Lookup(request.Prompt.AfterImage)];
    }

    /// <inheritdoc/>
    public DecoderOutput Prefill(int slot, ReadOnlySpan<float> embeddings) => Known(_engine.Prefill(At(slot), embeddings));

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<StepInput> inputs, Span<DecoderOutput> outputs)
    {
        var slots = new DecoderSlot[inputs.Length];
        var embeddings = new float[inputs.Length * HiddenSize];
        for (var i = 0; i < inputs.Length; i++)
        {
            slots[i] = At(inputs[i].Slot);
            var row = embeddings.AsSpan(i * HiddenSize, HiddenSize);
            if (inputs[i].TokenId == StepInput.ImageToken)
            {
                _imageToken.CopyTo(row);
            }
            else
            {
                _table.Lookup(inputs[i].TokenId, row);
            }
        }

        _engine.Step(slots, embeddings, outputs);
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Known(outputs[i]);
        }
    }

    /// <inheritdoc/>
    public void Rewind(int slot) => _engine.Rewind(At(slot), At(slot).Length - 1);

    /// <inheritdoc/>
    public float[] Predict(ReadOnlySpan<float> hidden) => _head.Run(hidden.ToArray(), 1, hidden.Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _opened.Count - 1; i >= 0; i--)
        {
            _opened[i].Dispose();
        }
    }

    private static float[] ReadRow(string path, PackElementType type, int width)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length != width * (type == PackElementType.Float16 ? 2 : 4))
        {
            throw new PackException($"{Path.GetFileName(path)}: {bytes.Length} bytes are not {width} of {type}.");
        }

        return type switch
        {
            PackElementType.Float32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            PackElementType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
        };
    }

    // A vocabulary may be padded beyond the tokenizer's: what has no text is never drawn.
    private DecoderOutput Known(DecoderOutput output) =>
        output.Logits.Length > Tokenizer.Count ? output with { Logits = output.Logits[..Tokenizer.Count] } : output;

    private void Check(PackManifest manifest)
    {
        Agree("hidden_size", Section.HiddenSize, _engine.HiddenSize);
        Agree("vocab_size", Section.VocabSize, _engine.VocabSize);
        Agree("semantic_width", Section.SemanticWidth, _head.OutputWidth);
        Agree("hidden_size (semantic_head)", Section.HiddenSize, _head.InputWidth);
        Agree("hidden_size (vision_projection)", Section.HiddenSize, _vision.OutputWidth);
        Agree("encoder.subject.width", manifest.Encoder.Subject.Width, _vision.InputWidth);
        if (Tokenizer.Count > Section.VocabSize)
        {
            throw new PackException($"The tokenizer has {Tokenizer.Count} pieces, more than assistant.vocab_size {Section.VocabSize}.");
        }
    }

    private static void Agree(string field, int manifest, int graph)
    {
        if (manifest != graph)
        {
            throw new PackException($"assistant: {field} is {manifest} in the manifest and {graph} in the graph.");
        }
    }

    private DecoderSlot At(int slot) => _slots[slot] ?? throw new InvalidOperationException($"Slot {slot} is free.");

    private T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
