using Cafe.Training.Optimization;

namespace Cafe.Training.Diffusion;

/// <summary>How the UNet is trained by Eq. 3, and what is added to it.</summary>
public sealed record DiffusionOptions
{
    /// <summary>Chance that the semantic condition of a sample is the null one.</summary>
    public double DropSemantic { get; init; } = 0.1;

    /// <summary>Chance that the subject is, independently.</summary>
    public double DropSubject { get; init; } = 0.1;

    /// <summary>Learned null embeddings in place of zeros.</summary>
    public bool LearnNull { get; init; }

    /// <summary>The squared error weighs 1 + this where the target shows the subject; 0 is Eq. 3.</summary>
    public double SubjectWeight { get; init; }

    /// <summary>The same of what the subject wears or holds.</summary>
    public double AccessoryWeight { get; init; }

    /// <summary>Draws latents from the autoencoder's distribution in place of taking its mean.</summary>
    public bool SampleLatents { get; init; } = true;

    /// <summary>Scales the semantic condition to unit length, as the served pipeline then does too (the manifest's normalize_semantic).</summary>
    public bool NormalizeSemantic { get; init; }

    /// <summary>Share of the samples whose condition is the assistant's h in C(y)'s place, in [0, 1].</summary>
    public double PredictedSemantic { get; init; }

    /// <summary>Deviation of noise on C(y), as a part of its root mean square.</summary>
    public double SemanticNoise { get; init; }

    /// <summary>Adds two constant channels to the latents, x and y from -1 to 1 over the cell centres (the manifest's coordinate_channels).</summary>
    public bool CoordinateChannels { get; init; }

    /// <summary>
    /// Weight of the cross-entropy between the subject attention, averaged over heads, and where the reference shows what each cell of the target shows; cells outside the subject
    /// attend to CLS. 0 leaves it out.
    /// </summary>
    public double AlignmentWeight { get; init; }

    internal void Validate()
    {
        foreach (var (name, value) in new[]
        {
            ("drop_semantic", DropSemantic), ("drop_subject", DropSubject), ("predicted_semantic", PredictedSemantic),
        })
        {
            AdamWOptions.Check(value is >= 0 and <= 1, $"{name} must be in [0, 1]", value);
        }

        AdamWOptions.Check(SubjectWeight >= 0, "subject_weight must not be negative", SubjectWeight);
        AdamWOptions.Check(AccessoryWeight >= 0, "accessory_weight must not be negative", AccessoryWeight);
        AdamWOptions.Check(SemanticNoise >= 0, "semantic_noise must not be negative", SemanticNoise);
        AdamWOptions.Check(AlignmentWeight >= 0, "alignment_weight must not be negative", AlignmentWeight);
    }
}
