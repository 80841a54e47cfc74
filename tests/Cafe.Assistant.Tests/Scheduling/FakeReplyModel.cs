using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Language;

namespace Cafe.Assistant.Tests.Scheduling;

/// <summary>
/// A language model of arithmetic: logits and hidden states are a hash of everything that a sequence was given, so any mix-up of rows or positions shows.
/// </summary>
internal sealed class FakeReplyModel(int rows, int vocab = 519) : IReplyModel
{
    private readonly List<ulong>?[] _histories = new List<ulong>?[rows];

    public int MaxRows => rows;

    public int PrefillChunk => 8;

    public int HiddenSize => 2;

    public int Active => _histories.Count(history => history is not null);

    public int Steps { get; private set; }

    public List<int> BatchSizes { get; } = [];

    /// <summary>Runs before each step, with its inputs.</summary>
    public Action<StepInput[]>? OnStep { get; set; }

    /// <summary>Runs before each prefill, with its tokens.</summary>
    public Action<int>? OnPrefill { get; set; }

    /// <summary>No place is free, whatever the scheduler thinks.</summary>
    public bool Full { get; set; }

    /// <summary>Prompts of so many text tokens make a step of theirs fail.</summary>
    public int? PoisonTokens { get; set; }

    /// <summary>Prompts of so many text tokens give logits that are no numbers.</summary>
    public int? NanTokens { get; set; }

    private Dictionary<int, int> PromptTokens { get; } = [];

    /// <summary>Text tokens of the prompt in a place.</summary>
    public int PromptOf(int slot) => PromptTokens[slot];

    public bool TryAdmit(out int slot)
    {
        slot = Full ? -1 : Array.IndexOf(_histories, null);
        if (slot >= 0)
        {
            _histories[slot] = [];
        }

        return slot >= 0;
    }

    public void Release(int slot)
    {
        Assert.NotNull(_histories[slot]);
        _histories[slot] = null;
    }

    public float[] Embed(ReplyRequest request)
    {
        float[] ids = [.. request.Prompt.BeforeImage, .. request.Subject.Select(value => (int)value), .. request.Prompt.AfterImage];
        return [.. ids.SelectMany(id => new[] { id, (float)request.Prompt.TextTokens })];
    }

    public DecoderOutput Prefill(int slot, ReadOnlySpan<float> embeddings)
    {
        OnPrefill?.Invoke(embeddings.Length / 2);
        for (var i = 0; i < embeddings.Length; i += 2)
        {
            _histories[slot]!.Add((ulong)embeddings[i]);
            PromptTokens[slot] = (int)embeddings[i + 1];
        }

        return Output(slot);
    }

    public void Step(ReadOnlySpan<StepInput> inputs, Span<DecoderOutput> outputs)
    {
        OnStep?.Invoke(inputs.ToArray());
        foreach (var input in inputs)
        {
            if (PoisonTokens is { } poison && PromptTokens[input.Slot] == poison)
            {
                throw new InvalidOperationException("poisoned");
            }
        }

        Steps++;
        BatchSizes.Add(inputs.Length);
        for (var i = 0; i < inputs.Length; i++)
        {
            _histories[inputs[i].Slot]!.Add((ulong)(inputs[i].TokenId + 1000));
            outputs[i] = Output(inputs[i].Slot);
        }
    }

    public void Rewind(int slot) => _histories[slot]!.RemoveAt(_histories[slot]!.Count - 1);

    public float[] Predict(ReadOnlySpan<float> hidden) => hidden.ToArray();

    private DecoderOutput Output(int slot)
    {
        var hash = _histories[slot]!.Aggregate(17UL, (all, value) => (all ^ value) * 1099511628211UL);
        var logits = new float[vocab];
        for (var i = 0; i < vocab; i++)
        {
            hash = (hash * 6364136223846793005UL) + 1442695040888963407UL;
            logits[i] = NanTokens == PromptTokens.GetValueOrDefault(slot) ? float.NaN : (hash >> 40) / (float)(1 << 24);
        }

        return new DecoderOutput(logits, new[] { (hash >> 40) / (float)(1 << 24), 1f });
    }
}
