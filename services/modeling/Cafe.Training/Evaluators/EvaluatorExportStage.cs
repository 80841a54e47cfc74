using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Training.Stages;

namespace Cafe.Training.Evaluators;

/// <summary>Makes an evaluator of another stage's model, for the filter: the small CLIP in CLIP's place, the subject encoder in DINO's.</summary>
public sealed class EvaluatorExportStage : IStage
{
    public string Kind => "evaluator_export";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("evaluator export", 0, 0, 0, 0, StageJson.Parse<EvaluatorExportStageOptions>(config).Model)];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<EvaluatorExportStageOptions>(config);
        try
        {
            EvaluatorExport.Write(options.Architecture, context.Path(options.Model), context.Path(options.Output), new EvaluatorExportOptions
            {
                Name = Path.GetFileName(options.Output),
                Side = options.Side,
                Tokenizer = options.Tokenizer is { } tokenizer ? context.Path(tokenizer) : null,
            });
        }
        catch (EvaluatorException failure)
        {
            throw new ArgumentException(failure.Message, failure);
        }
    }
}
