using System.Globalization;

namespace Cafe.Parity.Report;

/// <summary>The table of errors by tensor.</summary>
internal static class ReportTable
{
    public static void Write(IReadOnlyList<Row> rows, TextWriter output)
    {
        foreach (var row in rows)
        {
            var error = row.Error is { } e ? e.ToString("0.0e+00", CultureInfo.InvariantCulture) : "";
            var tolerance = row.Tolerance is { } t ? t.ToString("0.0e+00", CultureInfo.InvariantCulture) : "";
            var outcome = row.Outcome switch { Outcome.Passed => "ok", Outcome.Failed => "FAILED", Outcome.Skipped => "skipped", _ => throw new ArgumentOutOfRangeException(nameof(rows)) };
            output.WriteLine($"{row.Case,-28} {row.Variant,-18} {row.Tensor,-34} {error,8} {tolerance,8} {outcome} {row.Note}".TrimEnd());
        }
    }

    public static void WriteSummary(IReadOnlyCollection<Row> rows, TextWriter output)
    {
        var cases = rows.GroupBy(r => r.Case).Select(g => g.Any(r => r.Outcome == Outcome.Failed) ? Outcome.Failed : g.First().Outcome).ToArray();
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"{cases.Length} cases: {cases.Count(o => o == Outcome.Passed)} passed, {cases.Count(o => o == Outcome.Failed)} failed, {cases.Count(o => o == Outcome.Skipped)} skipped; {rows.Count} comparisons."));
    }
}
