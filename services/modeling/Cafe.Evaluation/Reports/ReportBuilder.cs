using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;

namespace Cafe.Evaluation.Reports;

/// <summary>Makes tables of scores: means with bootstrap intervals over subjects, and paired differences from a baseline.</summary>
/// <param name="bootstrap">For the intervals.</param>
public sealed class ReportBuilder(Bootstrap bootstrap)
{
    /// <summary>Makes a table.</summary>
    /// <param name="request">What it shows.</param>
    /// <param name="read">The scores of a row's folder.</param>
    /// <exception cref="PlanException">It has no rows, or its baseline is none of them.</exception>
    public ReportTable Build(TableRequest request, Func<RowRequest, IReadOnlyList<PictureScore>> read)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(read);
        if (request.Rows.Count == 0)
        {
            throw new PlanException($"Table '{request.Id}' has no rows.");
        }

        var baseline = request.Rows.FirstOrDefault(row => request.Baseline is null || row.Name == request.Baseline)
            ?? throw new PlanException($"Table '{request.Id}' has no row '{request.Baseline}' to be its baseline.");
        var scores = request.Rows.ToDictionary(row => row, read);
        var present = scores.Values.SelectMany(rows => rows).SelectMany(score => score.Metrics.Keys).ToHashSet(StringComparer.Ordinal);
        var metrics = request.Metrics ?? [.. Metric.All.Where(present.Contains), .. present.Except(Metric.All).Order(StringComparer.Ordinal)];
        return new ReportTable(request.Id, request.Title, metrics, baseline.Name, [.. request.Rows.Select(row => Row(row, scores[row], ReferenceEquals(row, baseline) ? [] : scores[baseline], metrics))]);
    }

    private ReportRow Row(RowRequest request, IReadOnlyList<PictureScore> scores, IReadOnlyList<PictureScore> baseline, IReadOnlyList<string> metrics)
    {
        var (values, differences) = (new Dictionary<string, Interval>(), new Dictionary<string, Interval>());
        foreach (var metric in metrics)
        {
            var own = scores.Where(score => score.Metrics.ContainsKey(metric)).ToList();
            if (own.Count == 0)
            {
                continue;
            }

            values[metric] = bootstrap.Mean([.. own.Select(score => (score.Subject, score.Metrics[metric]))]);
            var (first, second) = (ByPicture(baseline, metric), ByPicture(own, metric));
            if (first.Keys.Any(second.ContainsKey))
            {
                differences[metric] = bootstrap.PairedDifference(first, second, picture => picture.Subject);
            }
        }

        return new ReportRow(request.Name, scores.Count, values, differences, request.Paper);
    }

    private static Dictionary<(string Item, int Index, string Subject), double> ByPicture(IEnumerable<PictureScore> scores, string metric) =>
        scores.Where(score => score.Metrics.ContainsKey(metric)).ToDictionary(score => (score.Item, score.Index, score.Subject), score => score.Metrics[metric]);
}
