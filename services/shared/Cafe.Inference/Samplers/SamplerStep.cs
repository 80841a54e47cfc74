namespace Cafe.Inference.Samplers;

/// <summary>
/// One step of a sampler. Every sampler here is linear in the latents x, the model's output o, the prediction x0 of the
/// picture and the one of the step before, so that a step is its coefficients:
/// x0 = DenoisedLatents x + DenoisedOutput o; next x = NextLatents x + NextOutput o + NextDenoised x0 + NextPrevious x0'.
/// </summary>
/// <param name="Timestep">What the model is told; whole for all but Euler.</param>
/// <param name="InputScale">The model is given the latents times this.</param>
/// <param name="DenoisedLatents">Weight of the latents in x0.</param>
/// <param name="DenoisedOutput">Weight of the output in x0.</param>
/// <param name="NextLatents">Weight of the latents in the next ones.</param>
/// <param name="NextOutput">Weight of the output in the next latents.</param>
/// <param name="NextDenoised">Weight of x0, clamped to the plan's range, in the next latents.</param>
/// <param name="NextPrevious">Weight of the last step's x0 in the next latents; 0 in a first step.</param>
public readonly record struct SamplerStep(
    float Timestep,
    double InputScale,
    double DenoisedLatents,
    double DenoisedOutput,
    double NextLatents,
    double NextOutput,
    double NextDenoised,
    double NextPrevious);
