using Cafe.Evaluation.Conversations;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Imaging;

namespace Cafe.Evaluation.Scoring;

/// <summary>Scores pictures that were made of a plan's items.</summary>
public sealed class Scorer
{
    private readonly EvaluationPlan plan;
    private readonly Judges judges;
    private readonly ReplyJudge replies;
    private readonly SubjectReadings? identity, dino, clip, face;

    /// <summary>Reads the subjects with every evaluator.</summary>
    /// <exception cref="PlanException">There is no evaluator, or one's labels are not the plan's scenes.</exception>
    public Scorer(EvaluationPlan plan, Judges judges, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(judges);
        (this.plan, this.judges, replies) = (plan, judges, new ReplyJudge(plan.Description.Scenes));
        if (judges.Names.Count == 0)
        {
            throw new PlanException("No evaluator was named: nothing could be scored.");
        }

        if (Classifier?.Description.Heads.GetValueOrDefault(Metric.Scene) is { } head && plan.Description.Scenes.FirstOrDefault(scene => !head.Labels.Contains(scene.Name)) is { } unknown)
        {
            throw new PlanException($"Evaluator '{Classifier.Description.Name}' does not know the scene '{unknown.Name}'; it knows {string.Join(", ", head.Labels)}.");
        }

        identity = Subjects(judges.Identity);
        dino = Subjects(judges.Dino);
        clip = Subjects(judges.Clip);
        face = Subjects(judges.Face);

        SubjectReadings? Subjects(Evaluator? evaluator) => evaluator is null ? null : new SubjectReadings(plan, evaluator, cancellation);
    }

    private Evaluator? Classifier => judges.Labels ?? (judges.Identity?.Description.Heads.Count > 0 ? judges.Identity : null);

    /// <summary>Scores a batch; a batch of a few dozen is read at once.</summary>
    public IReadOnlyList<PictureScore> Score(IReadOnlyList<ScoredPicture> pictures, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        Picture[] decoded = [.. pictures.Select(picture => PictureReader.Read(picture.Path))];
        var (own, classes) = (Read(judges.Identity), Read(judges.Labels));
        var (dinos, clips, faces) = (Read(judges.Dino), Read(judges.Clip), Read(judges.Face));
        var texts = judges.Clip is { HasText: true } ? judges.Clip.Embed([.. pictures.Select(picture => picture.Item.Caption)], cancellation) : null;
        var scores = new List<PictureScore>(pictures.Count);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (item, metrics) = (pictures[i].Item, new SortedDictionary<string, double>(StringComparer.Ordinal));
            var subject = plan.SubjectOf(item);
            AddIdentity(metrics, subject, own?[i].Embedding);
            AddSimilarities(metrics, Metric.Dino, Metric.DinoInput, dino, subject, dinos?[i].Embedding);
            AddSimilarities(metrics, Metric.ClipImage, Metric.ClipImageInput, clip, subject, clips?[i].Embedding);
            if (texts is not null)
            {
                metrics[Metric.ClipText] = Similarity.Cosine(clips![i].Embedding, texts[i]);
            }

            if (face is not null)
            {
                metrics[Metric.Face] = face.ToInput(subject, faces![i].Embedding);
            }

            var seen = (classes ?? own)?[i].Labels ?? new Dictionary<string, string>();
            AddLabels(metrics, item, seen);
            if (pictures[i].Reply is { } reply)
            {
                replies.AddWords(metrics, item, reply, subject.Name, seen);
            }

            scores.Add(new PictureScore(item.Id, pictures[i].Index, subject.Key, metrics, seen));
        }

        return scores;

        IReadOnlyList<PictureReading>? Read(Evaluator? evaluator) => evaluator?.Read(decoded, cancellation);
    }

    /// <summary>The row "real images": each subject's real pictures against each other, in place of generated ones. One score for each subject.</summary>
    /// <exception cref="PlanException">No subject has two real pictures, or there is neither DINO nor CLIP.</exception>
    public IReadOnlyList<PictureScore> ScoreReal()
    {
        var scores = new List<PictureScore>();
        foreach (var subject in plan.Description.Subjects)
        {
            var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var (name, readings) in new[] { (Metric.Dino, dino), (Metric.ClipImage, clip) })
            {
                if (readings?.WithinReal(subject) is { } similarity)
                {
                    metrics[name] = similarity;
                }
            }

            if (metrics.Count > 0)
            {
                scores.Add(new PictureScore($"real-{subject.Key}", 0, subject.Key, metrics, new Dictionary<string, string>()));
            }
        }

        return scores.Count > 0 ? scores : throw new PlanException("Real images can't be compared: DINO or CLIP is needed, and subjects with at least two real pictures.");
    }

    private void AddIdentity(SortedDictionary<string, double> metrics, PlanSubject subject, float[]? embedding)
    {
        if (identity is not null && embedding is not null)
        {
            var rank = identity.Rank(subject, embedding);
            metrics[Metric.IdentityTop1] = rank == 1 ? 1 : 0;
            metrics[Metric.IdentityTop5] = rank <= 5 ? 1 : 0;
            metrics[Metric.IdentitySimilarity] = identity.ToInput(subject, embedding);
        }
    }

    private static void AddSimilarities(SortedDictionary<string, double> metrics, string toReal, string toInput, SubjectReadings? subjects, PlanSubject subject, float[]? embedding)
    {
        if (subjects is not null && embedding is not null)
        {
            metrics[toInput] = subjects.ToInput(subject, embedding);
            if (subjects.ToReal(subject, embedding) is { } real)
            {
                metrics[toReal] = real;
            }
        }
    }

    private static void AddLabels(SortedDictionary<string, double> metrics, PlanItem item, IReadOnlyDictionary<string, string> seen)
    {
        Add(Metric.Scene, item.Scene);
        Add(Metric.Accessory, item.Accessory);
        Add(Metric.Look, item.Look);
        var attributes = new[] { Metric.Accessory, Metric.Look }.Where(metrics.ContainsKey).Select(name => metrics[name]).ToArray();
        if (attributes.Length > 0)
        {
            metrics[Metric.Attribute] = attributes.Average();
        }

        void Add(string head, string? asked)
        {
            if (asked is not null && seen.TryGetValue(head, out var label))
            {
                metrics[head] = label == asked ? 1 : 0;
            }
        }
    }
}
