using Cafe.Inference.Samplers;

namespace Cafe.Inference.Diffusion;

/// <summary>One picture on its way: its latents, its step, its conditions. Belongs to the engine's single caller.</summary>
public sealed class Drawing
{
    private readonly SamplerRow _row;

    /// <summary>Starts from the seed's noise.</summary>
    /// <param name="plan">How it is drawn.</param>
    /// <param name="conditions">The request's; stay the caller's.</param>
    /// <param name="seed">The picture's own seed.</param>
    /// <param name="latents">Number of latents: channels x height x width.</param>
    public Drawing(DrawingPlan plan, IConditions conditions, ulong seed, int latents)
        : this(plan, conditions, Noise(seed, latents)) => Seed = seed;

    /// <summary>Starts from given standard normal noise, which is copied.</summary>
    public Drawing(DrawingPlan plan, IConditions conditions, ReadOnlySpan<float> noise)
    {
        Plan = plan;
        Conditions = conditions;
        _row = new SamplerRow(plan.Sampler, noise);
    }

    /// <summary>How it is drawn.</summary>
    public DrawingPlan Plan { get; }

    /// <summary>What it is drawn under.</summary>
    public IConditions Conditions { get; }

    /// <summary>Its own seed; 0 where it started from given noise.</summary>
    public ulong Seed { get; }

    /// <summary>Steps done.</summary>
    public int Step => _row.StepIndex;

    /// <summary>All steps are done.</summary>
    public bool Done => _row.Done;

    /// <summary>Rows of the next step.</summary>
    public IReadOnlyList<GuidanceTerm> Terms => Plan.Terms(Step);

    /// <summary>The latents, [channels, height, width]; the result once <see cref="Done"/>.</summary>
    public ReadOnlySpan<float> Latents => _row.Latents;

    /// <summary>The finished picture as the last step saw it, in latents.</summary>
    public ReadOnlySpan<float> Denoised => _row.Denoised;

    /// <summary>What the model is told at the next step.</summary>
    public float Timestep => _row.Timestep;

    /// <summary>Writes what the model is given at the next step.</summary>
    public void WriteInput(Span<float> input) => _row.WriteInput(input);

    /// <summary>Does a step.</summary>
    /// <param name="guided">The model's output, guided; as long as the latents.</param>
    public void Advance(ReadOnlySpan<float> guided) => _row.Advance(guided);

    private static float[] Noise(ulong seed, int latents)
    {
        var noise = new float[latents];
        SeededNoise.Fill(seed, noise);
        return noise;
    }
}
