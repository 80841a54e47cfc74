using Cafe.Assistant.Model;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Language;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Tests.Serving;

/// <summary>A pack's own model, until a test takes its device away.</summary>
internal sealed class FailingAssistant : IAssistantModelSource, IAssistantModel
{
    private AssistantModel _model = null!;

    /// <summary>What every token of a reply fails with; null: it works.</summary>
    public Exception? Failure { get; set; }

    public AssistantSection Section => _model.Section;

    public SentencePieceTokenizer Tokenizer => _model.Tokenizer;

    public int MaxTokens => _model.MaxTokens;

    public long KvBytes => _model.KvBytes;

    public int Active => _model.Active;

    public int MaxRows => _model.MaxRows;

    public int PrefillChunk => _model.PrefillChunk;

    public int HiddenSize => _model.HiddenSize;

    public IAssistantModel Load(PackFolder pack)
    {
        _model = new AssistantModel(pack, new() { Threads = 1 }, new() { MaxRows = 4 });
        return this;
    }

    public bool TryAdmit(out int slot) => _model.TryAdmit(out slot);

    public void Release(int slot) => _model.Release(slot);

    public float[] Embed(ReplyRequest request) => _model.Embed(request);

    public DecoderOutput Prefill(int slot, ReadOnlySpan<float> embeddings) => _model.Prefill(slot, embeddings);

    public void Step(ReadOnlySpan<StepInput> inputs, Span<DecoderOutput> outputs)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        _model.Step(inputs, outputs);
    }

    public void Rewind(int slot) => _model.Rewind(slot);

    public float[] Predict(ReadOnlySpan<float> hidden) => _model.Predict(hidden);

    public void Dispose() => _model.Dispose();
}
