using System.Diagnostics;
using Cafe.Inference.Encoding;
using Cafe.Packs.Tokenizers;

namespace Cafe.Encoder.Scheduling;

/// <summary>One request for the model: a picture, or the texts of one call.</summary>
internal sealed class EncodeWork(EncoderTower tower, IReadOnlyList<IPixelRow> pictures, IReadOnlyList<ClipTokens> texts, string requestId)
{
    public EncoderTower Tower { get; } = tower;

    /// <summary>Of the subject and image towers.</summary>
    public IReadOnlyList<IPixelRow> Pictures { get; } = pictures;

    /// <summary>Of the text tower.</summary>
    public IReadOnlyList<ClipTokens> Texts { get; } = texts;

    /// <summary>For logs: of the request that came first, where several wait for this work.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>The request's trace; the batch that it is part of is linked to it.</summary>
    public ActivityContext? Trace { get; } = Activity.Current?.Context;

    public int Rows => Pictures.Count + Texts.Count;

    public TaskCompletionSource<EncodeOutput> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
