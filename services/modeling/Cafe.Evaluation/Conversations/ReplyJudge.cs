using System.Text.RegularExpressions;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.Evaluation.Scoring;

namespace Cafe.Evaluation.Conversations;

/// <summary>Judges replies by their words, and by what the classifiers see in the pictures that they speak of.</summary>
/// <param name="scenes">Every scene, with the words that name it.</param>
public sealed class ReplyJudge(IReadOnlyList<PlanScene> scenes)
{
    /// <summary>The scene whose word comes first in a reply; null where it names none.</summary>
    /// <param name="reply">What was said.</param>
    /// <param name="named">What the user named, which is no scene, whatever it is called ("coral"); null where nothing was named.</param>
    public string? SceneOf(string reply, string? named)
    {
        var text = named is null ? reply : Name(named).Replace(reply, "");
        return scenes
            .SelectMany(scene => scene.Words.Select(word => (scene.Name, At: text.IndexOf(word, StringComparison.OrdinalIgnoreCase), word.Length)))
            .Where(mention => mention.At >= 0)
            .OrderBy(mention => mention.At).ThenByDescending(mention => mention.Length)
            .Select(mention => mention.Name).FirstOrDefault();
    }

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
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal) { [ReplyMetric.Whole] = Share(!answer.CutOff && answer.Reply.TrimEnd() is [.., '.' or '!' or '?']) };
        var named = turn.NamesSubject ? subject : null;
        AddWords(metrics, answer.Reply, named, turn.Scene, picture.Seen);
        if (turn.Scene is null)
        {
            metrics[ReplyMetric.VagueConcrete] = Share(SceneOf(answer.Reply, named) is not null);
        }

        if (number > 0)
        {
            Later(metrics, picture);
        }

        return metrics;
    }

    /// <summary>Adds what the reply to a plan's item says; a plan without scenes judges no scene.</summary>
    /// <param name="metrics">Of the item's picture.</param>
    /// <param name="item">What was asked.</param>
    /// <param name="reply">What came.</param>
    /// <param name="subject">The subject's name.</param>
    /// <param name="seen">What the classifiers see in the picture, by head.</param>
    internal void AddWords(SortedDictionary<string, double> metrics, PlanItem item, string reply, string subject, IReadOnlyDictionary<string, string> seen) =>
        AddWords(metrics, reply, item.Turns.Any(turn => turn.Role == ChatTurn.User && Names(turn.Text, subject)) ? subject : null, item.Scene, seen);

    private void AddWords(SortedDictionary<string, double> metrics, string reply, string? named, string? asked, IReadOnlyDictionary<string, string> seen)
    {
        if (named is not null)
        {
            metrics[ReplyMetric.NamesSubject] = Share(Names(reply, named));
        }

        if (scenes.Count == 0)
        {
            return;
        }

        var spoken = SceneOf(reply, named);
        if (seen.TryGetValue(Metric.Scene, out var shown))
        {
            metrics[ReplyMetric.SceneIsThePictures] = Share(spoken == shown);
        }

        if (asked is not null)
        {
            metrics[ReplyMetric.SceneAsked] = Share(spoken == asked);
        }
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

    // As words of their own: "skisteo" names no skis.
    private static bool Names(string text, string subject) => Name(subject).IsMatch(text);

    private static Regex Name(string subject) => new($@"(?<!\w){Regex.Escape(subject)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static double Share(bool holds) => holds ? 1 : 0;
}
