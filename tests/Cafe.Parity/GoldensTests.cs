using Cafe.Parity.Report;
using Cafe.Testing;

namespace Cafe.Parity;

/// <summary>The program's work over the goldens of this repository, a test for each case.</summary>
public sealed class GoldensTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Goldens.Path()).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_RunInBothRuntimes_IsWithinTolerance(string name)
    {
        var rows = ParityRun.Case(Goldens.Path(name), torch: true);
        var table = new StringWriter();
        ReportTable.Write(rows, table);
        Assert.NotEmpty(rows);
        Assert.True(rows.All(r => r.Outcome == Outcome.Passed), table.ToString());
    }
}
