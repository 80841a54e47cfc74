namespace Cafe.Inference.Samplers;

/// <summary>How noise becomes latents.</summary>
public enum SamplerKind
{
    /// <summary>DPM-Solver++, two-step multistep form: the default, 20 to 25 steps.</summary>
    Dpmpp2M,

    /// <summary>DDIM with eta 0.</summary>
    Ddim,

    /// <summary>Euler's method over the noise level, without churn.</summary>
    Euler,
}
