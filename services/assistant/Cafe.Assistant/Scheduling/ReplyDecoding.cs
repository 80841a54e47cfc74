using Cafe.Assistant.Replies;
using Cafe.Inference.Language;
using Cafe.Packs.Manifest;

namespace Cafe.Assistant.Scheduling;

/// <summary>What a row does with the model's output: draws its next token, or predicts h where [IMG] was read, and tells its caller.</summary>
/// <param name="model">Predicts and rewinds.</param>
/// <param name="imagePosition">Where [IMG] goes.</param>
internal sealed class ReplyDecoding(IReplyModel model, ImageTokenPosition imagePosition)
{
    /// <summary>The prompt is in the cache: the reply's first token, or [IMG] before it.</summary>
    /// <returns>How the reply ended; null while it goes on.</returns>
    public ReplyFinish? Begin(ReplyRow row, DecoderOutput output)
    {
        if (imagePosition != ImageTokenPosition.AfterPrompt)
        {
            return Draw(row, output.Logits.Span);
        }

        row.FirstLogits = row.Job.Request.EmbeddingOnly ? [] : output.Logits.ToArray();
        row.Next = StepInput.ImageToken;
        return null;
    }

    /// <summary>The row's token was computed.</summary>
    /// <returns>How the reply ended; null while it goes on.</returns>
    public ReplyFinish? Continue(ReplyRow row, DecoderOutput output)
    {
        if (row.Next == StepInput.ImageToken)
        {
            return Predict(row, output);
        }

        if (row.ImageFollows)
        {
            (row.Next, row.ImageFollows) = (StepInput.ImageToken, false);
            return null;
        }

        return Draw(row, output.Logits.Span);
    }

    private ReplyFinish? Predict(ReplyRow row, DecoderOutput output)
    {
        row.Job.Tell(new SemanticEvent(model.Predict(output.Hidden.Span)));
        if (row.FirstLogits is null || row.Job.Request.EmbeddingOnly)
        {
            return row.Job.Text.Finish ?? ReplyFinish.End;
        }

        // The reply does not see the [IMG] that came before it: the language model was never trained to.
        model.Rewind(row.Slot);
        var logits = row.FirstLogits;
        row.FirstLogits = null;
        return Draw(row, logits);
    }

    private ReplyFinish? Draw(ReplyRow row, ReadOnlySpan<float> logits)
    {
        var (request, text) = (row.Job.Request, row.Job.Text);
        var position = text.Count;
        var forced = position < request.ForcedPrefix.Count;
        var id = forced
            ? request.ForcedPrefix[position]
            : TokenSampler.Sample(Biased(logits, request, text), request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.Seed, position);
        var step = text.Accept(id);
        if (!forced)
        {
            row.Job.Tell(new TextEvent(step.Text, id));
        }

        switch (step.Finish)
        {
            case null:
                row.Next = id;
                return null;
            case { } finish when imagePosition == ImageTokenPosition.AfterPrompt:
                return finish;
            case ReplyFinish.End or ReplyFinish.Stop or ReplyFinish.Length:
                // [IMG] follows the reply's tokens, the end marker among them, as in training.
                (row.Next, row.ImageFollows) = (id, true);
                return null;
            default:
                throw new InvalidOperationException($"Unknown finish {step.Finish}.");
        }
    }

    private static ReadOnlySpan<float> Biased(ReadOnlySpan<float> logits, ReplyRequest request, ReplyText text) =>
        request.Copy is { } copy ? copy.Apply(logits, text.Ids) : logits;
}
