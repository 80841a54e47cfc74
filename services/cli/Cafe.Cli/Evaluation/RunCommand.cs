using System.CommandLine;
using Cafe.Cli.Batch;
using Cafe.Cli.Terminal;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval run</c>: generates a plan's pictures through the served pipeline, and scores them; run it again to resume.</summary>
internal static class RunCommand
{
    private const int SomeFailed = 2, MostWindow = 64;

    public static Command Create()
    {
        var folder = new Option<string>("--plan") { Description = "Folder of the plan.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder of the results: one inside for each variant.", Required = true };
        var conditions = new Option<string?>("--conditions") { Description = "Variants by condition: both,semantic,subject (Table 6)." };
        var sweeps = new Option<string[]>("--sweep") { Description = "Variants by a setting: guidance_scale=1,2.5,4; alpha=0,0.5,1 (x_ref from the plan's targets); semantic_scale, subject_scale, subject_strength, steps. Repeatable.", DefaultValueFactory = _ => [] };
        var steps = new Option<int?>("--steps") { Description = "Denoising steps. Default: the pack's." };
        var items = new Option<int?>("--items") { Description = "Only the plan's first items." };
        var window = new Option<int>("--window") { Description = $"Items in the work at once, 1 to {MostWindow}.", DefaultValueFactory = _ => 8 };
        var (judges, server) = (new JudgeOptions(), new ServerOptions());
        var command = new Command("run", "Generate a plan's pictures and score them; run it again to resume.") { folder, output, conditions, sweeps, steps, items, window };
        judges.AddTo(command);
        server.AddTo(command);
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var variants = EvalVariant.Parse(result.GetValue(conditions), result.GetValue(sweeps) ?? [], result.GetValue(steps));
            var size = result.GetValue(window) is var given and >= 1 and <= MostWindow ? given : throw new CliException($"--window must be 1 to {MostWindow}, not {result.GetValue(window)}.");
            var plan = EvaluationPlan.Open(result.GetRequiredValue(folder));
            var wanted = result.GetValue(items) is { } first ? plan.Items.Take(first).ToList() : plan.Items;
            using var loaded = judges.Load(result);
            if (loaded.Names.Count > 0)
            {
                _ = new Scorer(plan, loaded, cancellation); // what does not fit is said before hours of drawing
            }

            var (failed, results) = (0, new List<(string, string, IReadOnlyList<ScoredPicture>)>());
            await using (var connection = await server.ConnectAsync(result, consoles.Status, cancellation))
            {
                foreach (var variant in variants)
                {
                    var made = Path.Combine(result.GetRequiredValue(output), variant.Name);
                    await ResultFolder.BeginAsync(made, plan, variant, connection.Client, cancellation);
                    var requests = Path.Combine(made, "requests.jsonl");
                    RequestFile.Write(requests, plan, wanted, variant);
                    using var log = ResultLog.Open(made, retryFailed: true);
                    failed += await new BatchJob(connection.Client, consoles, log, requests, size).RunAsync(cancellation);
                    results.Add((variant.Name, made, ResultFolder.Pictures(made, plan)));
                }
            }

            if (loaded.Names.Count > 0)
            {
                new ScoringRun(plan, loaded, consoles).Run(result.GetRequiredValue(output), results, cancellation);
            }

            return failed > 0 ? SomeFailed : 0;
        });
        return command;
    }
}
