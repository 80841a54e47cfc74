using Cafe.Inference.Samplers;

namespace Cafe.Inference.Diffusion;

/// <summary>
/// One picture on its way: its latents, its step, its conditions. Its latents are the host's until an engine that keeps them where the graphs run takes them over, at
/// the first step; they are gone from there when the conditions are disposed of. Belongs to the engine's single caller.
/// </summary>
public sealed class Drawing
{
    private SamplerRow? _row;

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
    public int Step { get; private set; }

    /// <summary>All steps are done.</summary>
    public bool Done => Step == Plan.Steps;

    /// <summary>Rows of the next step.</summary>
    public IReadOnlyList<GuidanceTerm> Terms => Plan.Terms(Step);

    /// <summary>The latents, [channels, height, width]; the result once <see cref="Done"/>. Copied at each call from where the graphs run.</summary>
    /// <exception cref="ObjectDisposedException">They lay where the graphs run, and the conditions are disposed of.</exception>
    public ReadOnlySpan<float> Latents => Slot is { } slot ? slot.ReadLatents() : Row.Latents;

    /// <summary>The finished picture as the last step saw it, in latents. Copied like <see cref="Latents"/>.</summary>
    /// <exception cref="ObjectDisposedException">Likewise.</exception>
    public ReadOnlySpan<float> Denoised => Slot is { } slot ? slot.ReadDenoised() : Row.Denoised;

    /// <summary>What the model is told at the next step.</summary>
    public float Timestep => Plan.Sampler.Steps[Step].Timestep;

    /// <summary>Where the graphs run; null while the latents are the host's.</summary>
    internal LatentSlot? Slot { get; private set; }

    private SamplerRow Row => _row ?? throw new InvalidOperationException("The latents lie where the graphs run.");

    /// <summary>Writes what the model is given at the next step.</summary>
    /// <exception cref="InvalidOperationException">The latents are no longer the host's.</exception>
    public void WriteInput(Span<float> input) => Row.WriteInput(input);

    /// <summary>Does a step.</summary>
    /// <param name="guided">The model's output, guided; as long as the latents.</param>
    /// <exception cref="InvalidOperationException">The latents are no longer the host's.</exception>
    public void Advance(ReadOnlySpan<float> guided)
    {
        Row.Advance(guided);
        Step++;
    }

    /// <summary>From now on the latents lie there.</summary>
    internal void MoveTo(LatentSlot slot)
    {
        slot.Write(Row.Latents, Row.Denoised);
        (Slot, _row) = (slot, null);
    }

    /// <summary>The step was done in the slot.</summary>
    internal void Advanced() => Step++;

    private static float[] Noise(ulong seed, int latents)
    {
        var noise = new float[latents];
        SeededNoise.Fill(seed, noise);
        return noise;
    }
}
