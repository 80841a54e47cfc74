using Cafe.Training.Samples;

namespace Cafe.Training.Diffusion;

/// <summary>What the UNet is trained on: samples (latents, semantic, mask, affine, reference_row) and the references that they share (patches).</summary>
/// <param name="ScalingFactor">The autoencoder's.</param>
/// <param name="ReferenceSize">Pixels of a reference along a side, which the affine map leads to.</param>
public sealed record UNetData(ISampleSource Samples, ISampleSource References, double ScalingFactor, int ReferenceSize)
{
    /// <summary>The samples that the filter kept, or all where it was not run.</summary>
    public IEnumerable<long> Kept()
    {
        for (var i = 0L; i < Samples.Count; i++)
        {
            if (!Samples.Has(SampleFields.Kept) || Samples.Number(SampleFields.Kept, i) == 1)
            {
                yield return i;
            }
        }
    }
}
