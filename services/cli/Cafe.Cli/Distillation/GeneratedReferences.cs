using Cafe.Cli.Batch;
using Cafe.Cli.Evaluation;
using Cafe.Cli.Terminal;
using Cafe.Client;
using Cafe.Evaluation.Plans;
using Cafe.V1;

namespace Cafe.Cli.Distillation;

/// <summary>Generated from the instruction alone, by the same pack without E(x): the semantics are free of the subject.</summary>
internal sealed class GeneratedReferences : IReferences
{
    private readonly Dictionary<string, string> _files;

    private GeneratedReferences(Dictionary<string, string> files) => _files = files;

    /// <summary>Draws one for every item, or goes on with it.</summary>
    public static async Task<GeneratedReferences> CreateAsync(
        string folder, EvaluationPlan plan, IReadOnlyList<PlanItem> items, CafeClient client, Consoles consoles, int window, CancellationToken cancellation)
    {
        var variant = new EvalVariant("references") { Conditions = Conditions.Semantic };
        await ResultFolder.BeginAsync(folder, plan, variant, client, cancellation);
        var requests = Path.Combine(folder, "requests.jsonl");
        RequestFile.Write(requests, plan, items, variant);
        using (var log = ResultLog.Open(folder, retryFailed: true))
        {
            await new BatchJob(client, consoles, log, requests, window).RunAsync(cancellation);
        }

        return new GeneratedReferences(ResultFolder.Pictures(folder, plan).Where(picture => picture.Index == 0).ToDictionary(picture => picture.Item.Id, picture => Path.GetFullPath(picture.Path)));
    }

    public string? Find(PlanItem item) => _files.GetValueOrDefault(item.Id);
}
