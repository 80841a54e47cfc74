using Cafe.Training.Autoencoding;
using Cafe.Training.Data;
using Cafe.Training.Data.Quadruplets;
using Cafe.Training.Diffusion;
using Cafe.Training.Encoders;
using Cafe.Training.Evaluators;
using Cafe.Training.Filtering;
using Cafe.Training.Language;
using Cafe.Training.Packing;
using Cafe.Training.Plans;
using Cafe.Training.Published;
using Cafe.Training.Tokenizers;
using Cafe.Training.Unpacking;

namespace Cafe.Training.Stages;

/// <summary>Every kind of stage. A new kind is one class and one line here.</summary>
public static class StageTable
{
    public static IReadOnlyList<IStage> All { get; } =
    [
        new DataMakingStage(),
        new QuadrupletStage(),
        new TokenStage(),
        new RecitalStage(),
        new AutoencoderStage(),
        new SubjectEncoderStage(),
        new ClipStage(),
        new FeatureStage(),
        new LanguageModelStage(),
        new AssistantStage(),
        new PredictedSemanticStage(),
        new CrossAttentionStage(),
        new UNetStage(),
        new EvaluatorStage(),
        new EvaluatorExportStage(),
        new FilterStage(),
        new PlanMakingStage(),
        new PackStage(),
        new UnpackStage(),
    ];

    /// <exception cref="ArgumentException">Lists the kinds there are.</exception>
    public static IStage Find(string kind) => All.FirstOrDefault(s => s.Kind == kind)
        ?? throw new ArgumentException($"There is no stage '{kind}'; there are: {string.Join(", ", All.Select(s => s.Kind))}.");
}
