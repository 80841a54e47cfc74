using Cafe.Inference.Sessions;

namespace Cafe.Inference.Diffusion;

/// <summary>
/// The opened graphs of guidance and sampler (Cafe.Modeling's LatentGraphs makes them, and describes inputs and outputs). An engine that is given them keeps
/// latents where the graphs run from a picture's first step to its last; one without advances them on the host.
/// </summary>
/// <param name="input">unet_input: latents of the pictures' slots to the rows that the UNet is given.</param>
/// <param name="step">latent_step: outputs of the rows to the next latents in their slots.</param>
/// <param name="copy">latent_copy: between host and device, and on the device.</param>
public sealed class LatentSessions(ModelSession input, ModelSession step, ModelSession copy) : IDisposable
{
    /// <summary>Branches that a picture may have in a step.</summary>
    public const int Terms = 3;

    /// <summary>Numbers that a sampler's step is: SamplerStep's weights, with the bound of x0 before those of the next latents.</summary>
    public const int Coefficients = 7;

    internal ModelSession Input => input;

    internal ModelSession Step => step;

    internal ModelSession Copy => copy;

    /// <inheritdoc/>
    public void Dispose()
    {
        input.Dispose();
        step.Dispose();
        copy.Dispose();
    }
}
