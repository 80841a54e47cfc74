using System.CommandLine;
using System.Globalization;
using Cafe.Cli.Batch;
using Cafe.Cli.Evaluation;
using Cafe.Cli.Terminal;
using Cafe.Client;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Filtering;
using Cafe.Evaluation.Plans;
using Cafe.Inference.Sessions;
using Spectre.Console;

namespace Cafe.Cli.Distillation;

/// <summary>
/// <c>cafe distill</c>: new quadruplets of a plan, drawn by a pack under Eq. 4 through the batch API and filtered; <c>cafe-train</c> reads the folder. Run it again to resume.
/// </summary>
internal static class DistillCommand
{
    private const int SomeFailed = 2, MostWindow = 64;

    public static Command Create()
    {
        var folder = new Option<string>("--plan") { Description = "Folder of the plan: training subjects and wishes about them.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder of the quadruplets.", Required = true };
        var reference = new Option<string>("--reference") { Description = "x_ref of Eq. 4: 'plan' (targets of the plan's other items), 'generated' (from the words alone), or a folder of pictures to retrieve from.", DefaultValueFactory = _ => "plan" };
        var alphas = new Option<string>("--alpha") { Description = "alpha of Eq. 4, several with commas; each makes samples of its own.", DefaultValueFactory = _ => "0.3,0.5,0.7" };
        var clip = new Option<string>("--clip") { Description = "Evaluator that compares pictures with captions.", Required = true };
        var dino = new Option<string>("--dino") { Description = "Evaluator that compares pictures with subjects.", Required = true };
        var thresholds = new Option<string?>("--filter") { Description = "filter.json of `cafe-train`'s filter stage. Default: the paper's 0.3 and 0.6, which belong to CLIP ViT-B/32 and DINO ViT-S/16." };
        var count = new Option<int?>("--items") { Description = "Only the plan's first items." };
        var window = new Option<int>("--window") { Description = $"Items in the work at once, 1 to {MostWindow}.", DefaultValueFactory = _ => 8 };
        var server = new ServerOptions();
        var command = new Command("distill", "Make new training samples with a pack; run it again to resume.") { folder, output, reference, alphas, clip, dino, thresholds, count, window };
        server.AddTo(command);
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var size = result.GetValue(window) is var given and >= 1 and <= MostWindow ? given : throw new CliException($"--window must be 1 to {MostWindow}, not {result.GetValue(window)}.");
            var values = Alphas(result.GetRequiredValue(alphas));
            var limits = result.GetValue(thresholds) is { } file ? FilterReport.ReadThresholds(file) : FilterThresholds.Paper;
            var plan = EvaluationPlan.Open(result.GetRequiredValue(folder));
            var items = result.GetValue(count) is { } first ? [.. plan.Items.Take(first)] : plan.Items;
            var sessions = new SessionFactory(new SessionSettings());
            using var judge = Evaluator.Load(result.GetRequiredValue(clip), sessions);
            using var looker = Evaluator.Load(result.GetRequiredValue(dino), sessions);
            var into = result.GetRequiredValue(output);
            var maker = new QuadrupletMaker(plan, into);
            int failed;
            await using (var connection = await server.ConnectAsync(result, consoles.Status, cancellation))
            {
                await ResultFolder.BeginAsync(maker.Folder, plan, new EvalVariant($"reference {result.GetRequiredValue(reference)}"), connection.Client, cancellation);
                var references = await References(result.GetRequiredValue(reference), into, plan, items, judge, connection.Client, consoles, size, cancellation);
                var (requests, without) = maker.WriteRequests(items, values, references);
                if (without > 0)
                {
                    consoles.Status.MarkupLineInterpolated($"[yellow]{without} of {items.Count} items have no x_ref and are left out.[/]");
                }

                using var log = ResultLog.Open(maker.Folder, retryFailed: true);
                failed = await new BatchJob(connection.Client, consoles, log, requests, size).RunAsync(cancellation);
            }

            var (filtered, kept) = maker.Filter(items, values, new SampleFilter(judge, looker), limits, cancellation);
            consoles.Output.WriteLine(FormattableString.Invariant($"{kept} of {filtered} samples pass the filter (text {limits.Text:0.###}, subject {limits.Subject:0.###}): {into}"));
            return failed > 0 ? SomeFailed : 0;
        });
        return command;
    }

    private static async Task<IReferences> References(
        string named, string output, EvaluationPlan plan, IReadOnlyList<PlanItem> items, Evaluator clip, CafeClient client, Consoles consoles, int window, CancellationToken cancellation) => named switch
    {
        "plan" => new PlanReferences(plan),
        "generated" => await GeneratedReferences.CreateAsync(Path.Combine(output, "references"), plan, items, client, consoles, window, cancellation),
        _ => new RetrievedReferences(named, clip, cancellation),
    };

    private static double[] Alphas(string text)
    {
        var values = text.Split(',', StringSplitOptions.TrimEntries)
            .Select(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var alpha) && alpha is >= 0 and <= 1 ? alpha : throw new CliException($"--alpha takes numbers from 0 to 1, not '{value}'."))
            .ToArray();
        return values.Distinct().Count() == values.Length ? values : throw new CliException($"--alpha has a value twice: {text}.");
    }
}
