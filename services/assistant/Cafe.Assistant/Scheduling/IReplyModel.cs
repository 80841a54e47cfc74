using Cafe.Assistant.Replies;
using Cafe.Inference.Language;

namespace Cafe.Assistant.Scheduling;

/// <summary>What the scheduler needs of a language model. One caller at a time: the scheduler's loop.</summary>
public interface IReplyModel
{
    /// <summary>Sequences that fit at once.</summary>
    int MaxRows { get; }

    /// <summary>Most tokens of one <see cref="Prefill"/>.</summary>
    int PrefillChunk { get; }

    /// <summary>Width of an input embedding.</summary>
    int HiddenSize { get; }

    /// <summary>A place in the cache for one more sequence, or false where none is free.</summary>
    bool TryAdmit(out int slot);

    /// <summary>Gives a place back.</summary>
    void Release(int slot);

    /// <summary>The input embeddings of a request's prompt, [tokens, hidden].</summary>
    float[] Embed(ReplyRequest request);

    /// <summary>Continues one sequence by up to <see cref="PrefillChunk"/> embeddings.</summary>
    /// <returns>Of the last token, valid until the next call.</returns>
    DecoderOutput Prefill(int slot, ReadOnlySpan<float> embeddings);

    /// <summary>Continues sequences by one token each.</summary>
    /// <param name="inputs">Each slot at most once.</param>
    /// <param name="outputs">One for each input, valid until the next call.</param>
    void Step(ReadOnlySpan<StepInput> inputs, Span<DecoderOutput> outputs);

    /// <summary>Forgets a sequence's last token.</summary>
    void Rewind(int slot);

    /// <summary>H: the embedding that a hidden state at the image token predicts.</summary>
    float[] Predict(ReadOnlySpan<float> hidden);
}
