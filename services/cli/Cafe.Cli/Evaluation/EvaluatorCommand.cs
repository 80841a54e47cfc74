using System.CommandLine;
using Cafe.Evaluation.Evaluators;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval evaluator</c>: an evaluator of a published or trained checkpoint.</summary>
internal static class EvaluatorCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "Folder of config.json and weights, for example of facebook/dino-vits16 or openai/clip-vit-base-patch32." };
        var kind = new Option<string>("--kind") { Description = "dino, dinov2 or clip.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder of the evaluator.", Required = true };
        var side = new Option<int?>("--side") { Description = "Side of the pictures in pixels, where the checkpoint does not say." };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "Folder of vocab.json and merges.txt. Default: the checkpoint's." };
        var command = new Command("evaluator", "Make an evaluator (ONNX and evaluator.json) of a checkpoint.") { checkpoint, kind, output, side, tokenizer };
        command.Does((result, _) =>
        {
            var folder = result.GetRequiredValue(output);
            var architecture = result.GetRequiredValue(kind) switch
            {
                "dino" => EvaluatorKind.Dino,
                "dinov2" => EvaluatorKind.Dinov2,
                "clip" => EvaluatorKind.Clip,
                var other => throw new CliException($"--kind must be dino, dinov2 or clip, not '{other}'."),
            };
            EvaluatorExport.Write(architecture, result.GetRequiredValue(checkpoint), folder, new EvaluatorExportOptions
            {
                Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
                Side = result.GetValue(side),
                Tokenizer = result.GetValue(tokenizer),
            });
            Console.WriteLine(Path.Combine(folder, EvaluatorDescription.FileName));
            return Task.FromResult(0);
        });
        return command;
    }
}
