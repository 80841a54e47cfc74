using System.CommandLine;
using Cafe.Cli.Terminal;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Scoring;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval score</c>: scores pictures that were made elsewhere, or the plan's own targets.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--plan") { Description = "Folder of the plan.", Required = true };
        var pictures = new Option<string?>("--pictures") { Description = "Folder of pictures named after the plan's items: ITEM-0.png, ITEM-1.png, ... Default: the plan's own targets, for the evaluators' ceiling." };
        var output = new Option<string>("--out") { Description = "Folder of the scores.", Required = true };
        var real = new Option<bool>("--real") { Description = "Instead: the subjects' real pictures against each other, the row \"real images\" of DreamBench's tables." };
        var judges = new JudgeOptions();
        var command = new Command("score", "Score pictures made elsewhere, or the plan's own targets.") { folder, pictures, output, real };
        judges.AddTo(command);
        command.Does((result, cancellation) =>
        {
            var plan = EvaluationPlan.Open(result.GetRequiredValue(folder));
            using var loaded = judges.Load(result);
            var into = result.GetRequiredValue(output);
            Directory.CreateDirectory(into);
            if (result.GetValue(real))
            {
                ShowReal(into, new Scorer(plan, loaded, cancellation).ScoreReal());
                return Task.FromResult(0);
            }

            var (name, found) = result.GetValue(pictures) is { } elsewhere
                ? (Path.GetFileName(Path.TrimEndingDirectorySeparator(elsewhere)), ResultFolder.PicturesElsewhere(elsewhere, plan))
                : ("targets", Targets(plan));
            new ScoringRun(plan, loaded, Consoles.ForProcess()).Run(into, [(name, into, found)], cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void ShowReal(string folder, IReadOnlyList<PictureScore> scores)
    {
        ScoreFile.Write(folder, scores);
        var request = new TableRequest { Id = "real", Title = "Real images", Rows = [new RowRequest("real images", folder)] };
        var report = new ReportFile([new ReportBuilder(new Bootstrap()).Build(request, _ => scores)]);
        ReportOutput.Show(report, Consoles.ForProcess());
        ReportOutput.Write(folder, report);
    }

    /// <summary>The plan's pictures of what is asked.</summary>
    public static IReadOnlyList<ScoredPicture> Targets(EvaluationPlan plan)
    {
        ScoredPicture[] targets = [.. plan.Items.Where(item => item.Target is not null).Select(item => new ScoredPicture(item, 0, plan.PathOf(item.Target!)))];
        return targets.Length > 0 ? targets : throw new CliException($"The plan {plan.Folder} has no targets: name a folder with --pictures.");
    }
}
