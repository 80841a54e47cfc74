using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;

namespace Cafe.Training.Language;

/// <summary>What V, H and [IMG] stand between.</summary>
/// <param name="Hidden">Of the language model.</param>
/// <param name="Subject">Of E's patch embeddings.</param>
/// <param name="Semantic">Of C's picture embedding.</param>
public sealed record AssistantWidths(int Hidden, int Subject, int Semantic)
{
    /// <summary>The parameters that are trained.</summary>
    public IReadOnlyList<ParameterSpec> Specs() =>
        [.. ParameterSpec.Of([CafeAssistant.VisionProjection(Subject, Hidden), CafeAssistant.SemanticHead(Hidden, Semantic)]), new(CafeAssistant.ImageToken, [Hidden])];
}
