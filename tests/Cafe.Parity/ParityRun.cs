using Cafe.Parity.Cases;
using Cafe.Parity.Report;
using Cafe.Parity.Runners;

namespace Cafe.Parity;

/// <summary>Runs cases and turns whatever happens into rows.</summary>
internal static class ParityRun
{
    /// <summary>Every case of a folder laid out as the goldens are.</summary>
    /// <param name="only">Cases whose name begins with it; null for all.</param>
    /// <param name="done">Told the rows of each case as it ends.</param>
    public static IEnumerable<Row> Folder(string folder, bool torch, string? only, Action<IReadOnlyList<Row>> done)
    {
        foreach (var path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (!name.StartsWith('.') && (only is null || name.StartsWith(only, StringComparison.Ordinal)))
            {
                var rows = Case(path, torch);
                done(rows);
                foreach (var row in rows)
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>One case, by ONNX Runtime and where asked by TorchSharp.</summary>
    public static IReadOnlyList<Row> Case(string path, bool torch)
    {
        var name = Path.GetFileName(path);
        if (CaseKinds.Find(name) is not { } kind)
        {
            return [new Row(name, "", "", Outcome.Failed, Note: "no kind of case is known by a prefix of this name")];
        }

        var rows = new List<Row>();
        foreach (var variant in Variant.All.Where(v => torch || v.Runner != RunnerKind.Torch).Where(kind.Accepts))
        {
            try
            {
                using var golden = new GoldenCase(path);
                rows.AddRange(kind.Run(golden, variant).Select(c => c.ToRow(name, kind.UsesGraphs ? variant.Name : "", variant.Tolerance)));
            }
            catch (Exception e)
            {
                rows.Add(new Row(name, variant.Name, "", Outcome.Failed, Note: $"{e.GetType().Name}: {e.Message}"));
            }

            if (!kind.UsesGraphs)
            {
                break;
            }
        }

        // A case that only a runner that was not asked for can run.
        return rows.Count > 0 ? rows : [new Row(name, "", "", Outcome.Skipped, Note: "runs in TorchSharp only: --torch")];
    }
}
