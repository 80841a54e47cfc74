using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;

namespace Cafe.Evaluation.Conversations;

/// <summary>Judges replies by their words, and by what the classifiers see in the pictures that they speak of.</summary>
/// <param name="scenes">Every scene, with the words that name it.</param>
public sealed class ReplyJudge(IReadOnlyList<PlanScene> scenes)
{
    /// <summary>The scene whose word comes first in a text; null where it names none.</summary>
    public string? SceneOf(string text) => scenes
        .SelectMany(scene => scene.Words.Select(word => (scene.Name, At: text.IndexOf(word, StringComparison.OrdinalIgnoreCase), word.Length)))
        .Where(mention => mention.At >= 0)
        .OrderBy(mention => mention.At).ThenByDescending(mention => mention.Length)
        .Select(mention => mention.Name).FirstOrDefault();

    /// <summary>The figures of one answer.</summary>
    /// <param name="turn">What was asked.</param>
    /// <param name="number">Of the turn, from 0.</param>
    /// <param name="answer">What came.</param>
    /// <param name="subject">The subject's name.</param>
    /// <param name="picture">The picture's scores.</param>
    public IReadOnlyDictionary<string, double> Judge(MessageTurn turn, int number, Answer answer, string subject, PictureScore picture)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(picture);
        var (metrics, spoken) = (new SortedDictionary<string, double>(StringComparer.Ordinal), SceneOf(answer.Reply));
        metrics[ReplyMetric.Whole] = Share(!answer.CutOff && answer.Reply.TrimEnd() is [.., '.' or '!' or '?']);
        if (turn.NamesSubject)
        {
            metrics[ReplyMetric.NamesSubject] = Share(answer.Reply.Contains(subject, StringComparison.OrdinalIgnoreCase));
        }

        if (picture.Seen.TryGetValue(Metric.Scene, out var seen))
        {
            metrics[ReplyMetric.SceneIsThePictures] = Share(spoken == seen);
        }

        if (turn.Scene is { } asked)
        {
            metrics[ReplyMetric.SceneAsked] = Share(spoken == asked);
        }
        else
        {
            metrics[ReplyMetric.VagueConcrete] = Share(spoken is not null);
        }

        if (number > 0)
        {
            Later(metrics, picture);
        }

        return metrics;
    }

    private static void Later(SortedDictionary<string, double> metrics, PictureScore picture)
    {
        if (picture.Metrics.TryGetValue(Metric.IdentityTop1, out var kept))
        {
            metrics[ReplyMetric.LaterTurnKeepsSubject] = kept;
        }

        var changes = new[] { Metric.Scene, Metric.Accessory, Metric.Look }.Where(picture.Metrics.ContainsKey).Select(name => picture.Metrics[name]).ToArray();
        if (changes.Length > 0)
        {
            metrics[ReplyMetric.LaterTurnChanges] = changes.Min();
        }
    }

    private static double Share(bool holds) => holds ? 1 : 0;
}
