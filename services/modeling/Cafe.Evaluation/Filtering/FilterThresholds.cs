namespace Cafe.Evaluation.Filtering;

/// <summary>A sample is dropped where either similarity is below its threshold. Thresholds belong to the two models they were found with.</summary>
/// <param name="Text">Least CLIP image-text similarity, -1 to 1.</param>
/// <param name="Subject">Least DINO similarity with the subject's picture, -1 to 1.</param>
public sealed record FilterThresholds(double Text, double Subject)
{
    /// <summary>The paper's, for CLIP ViT-B/32 and DINO ViT-S/16.</summary>
    public static FilterThresholds Paper { get; } = new(0.3, 0.6);

    /// <summary>Whether a sample is kept.</summary>
    public bool Keeps(FilterScore score) => score.Text >= Text && score.Subject >= Subject;
}
