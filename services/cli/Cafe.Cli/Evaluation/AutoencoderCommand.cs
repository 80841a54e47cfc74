using System.CommandLine;
using Cafe.Cli.Embedded;
using Cafe.Cli.Generate;
using Cafe.Cli.Terminal;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;
using Cafe.Inference.Sessions;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval autoencoder</c>: the plan's targets through a pack's autoencoder: PSNR, and what the evaluators still get, the ceiling of whatever is drawn.</summary>
internal static class AutoencoderCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--plan") { Description = "Folder of the plan.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder of pictures and scores.", Required = true };
        var pack = new Option<string?>("--pack") { Description = "The pack. Default: CAFE_PACK, or the mini pack." };
        var judges = new JudgeOptions();
        var command = new Command("autoencoder", "Pass a plan's targets through a pack's autoencoder and score them.") { folder, output, pack };
        judges.AddTo(command);
        command.Does((result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var plan = EvaluationPlan.Open(result.GetRequiredValue(folder));
            var into = result.GetRequiredValue(output);
            using var loaded = judges.Load(result);
            using var autoencoder = Autoencoder.Load(PackFolder.Find(result.GetValue(pack)), new SessionFactory(new SessionSettings()));
            var files = new PictureFiles(into, "");
            var (passed, sum) = (new List<ScoredPicture>(), 0.0);
            foreach (var target in ScoreCommand.Targets(plan))
            {
                cancellation.ThrowIfCancellationRequested();
                var picture = PictureReader.Read(target.Path);
                var decoded = autoencoder.RoundTrip(picture, cancellation);
                sum += Cafe.Evaluation.Metrics.Psnr.Of(picture, decoded);
                passed.Add(target with { Path = files.Write($"{target.Item.Id}-0.png", Imaging.Encoding.PngEncoder.Encode(decoded)) });
            }

            consoles.Output.WriteLine(FormattableString.Invariant($"PSNR {sum / passed.Count:0.00} dB over {passed.Count} pictures"));
            if (loaded.Names.Count > 0)
            {
                new ScoringRun(plan, loaded, consoles).Run(into, [("autoencoder", into, passed)], cancellation);
            }

            return Task.FromResult(0);
        });
        return command;
    }
}
