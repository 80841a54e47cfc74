using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Imaging;

namespace Cafe.Evaluation.Filtering;

/// <summary>The automatic filter: CLIP between caption and target, DINO between subject and target.</summary>
/// <param name="clip">With a text tower.</param>
/// <param name="dino">Any embedder of pictures.</param>
public sealed class SampleFilter(Evaluator clip, Evaluator dino)
{
    /// <summary>Scores a batch.</summary>
    /// <param name="samples">Subject's picture x, target y and the target's plain caption.</param>
    /// <param name="cancellation">Stops between operators.</param>
    public IReadOnlyList<FilterScore> Score(IReadOnlyList<(Picture Subject, Picture Target, string Caption)> samples, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Picture[] targets = [.. samples.Select(sample => sample.Target)];
        var texts = clip.Embed([.. samples.Select(sample => sample.Caption)], cancellation);
        var seen = clip.Read(targets, cancellation);
        var shown = dino.Read(targets, cancellation);
        var subjects = dino.Read([.. samples.Select(sample => sample.Subject)], cancellation);
        return [.. samples.Select((_, i) => new FilterScore(
            Similarity.Cosine(seen[i].Embedding, texts[i]), Similarity.Cosine(shown[i].Embedding, subjects[i].Embedding)))];
    }
}
