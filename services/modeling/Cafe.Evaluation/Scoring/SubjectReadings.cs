using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Scoring;

/// <summary>One evaluator's embeddings of a plan's subjects: of the pictures sent, and of all real ones.</summary>
internal sealed class SubjectReadings
{
    private readonly Dictionary<string, float[]> inputs;
    private readonly Dictionary<string, float[][]> real;
    private readonly Dictionary<string, (string[] Keys, float[][] Embeddings)> galleries;

    public SubjectReadings(EvaluationPlan plan, Evaluator evaluator, CancellationToken cancellation)
    {
        var subjects = plan.Description.Subjects;
        var sent = evaluator.Read([.. subjects.Select(subject => PictureReader.Read(plan.PathOf(subject.Picture)))], cancellation);
        inputs = subjects.Zip(sent).ToDictionary(pair => pair.First.Key, pair => pair.Second.Embedding);
        real = subjects.Where(subject => subject.Real is { Count: > 0 }).ToDictionary(
            subject => subject.Key,
            subject => evaluator.Read([.. subject.Real!.Select(path => PictureReader.Read(plan.PathOf(path)))], cancellation).Select(reading => reading.Embedding).ToArray());
        galleries = subjects.GroupBy(subject => subject.Group ?? "").ToDictionary(
            group => group.Key,
            group => (group.Select(subject => subject.Key).ToArray(), group.Select(subject => inputs[subject.Key]).ToArray()));
    }

    public double ToInput(PlanSubject subject, float[] embedding) => Similarity.Cosine(inputs[subject.Key], embedding);

    public double? ToReal(PlanSubject subject, float[] embedding) => real.TryGetValue(subject.Key, out var pictures) ? Similarity.MeanTo(embedding, pictures) : null;

    /// <summary>The mean over pairs of the subject's own real pictures; null where there are fewer than two.</summary>
    public double? WithinReal(PlanSubject subject) => real.TryGetValue(subject.Key, out var pictures) && pictures.Length > 1 ? Similarity.MeanWithin(pictures) : null;

    public int Rank(PlanSubject subject, float[] embedding)
    {
        var (keys, gallery) = galleries[subject.Group ?? ""];
        return Retrieval.Rank(embedding, gallery, Array.IndexOf(keys, subject.Key));
    }
}
