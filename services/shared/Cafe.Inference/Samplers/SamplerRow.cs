namespace Cafe.Inference.Samplers;

/// <summary>
/// One picture on its way. Before each step the model is given <see cref="WriteInput"/> at <see cref="Timestep"/>; its (guided)
/// output goes to <see cref="Advance"/>. Elements don't affect each other and no order of summation varies, so that a
/// picture's numbers depend on nothing but its own.
/// </summary>
public sealed class SamplerRow
{
    private readonly SamplerPlan _plan;
    private readonly float[] _latents;
    private readonly float[] _denoised;

    /// <summary>Starts from standard normal noise, which is copied.</summary>
    public SamplerRow(SamplerPlan plan, ReadOnlySpan<float> noise)
    {
        _plan = plan;
        _latents = new float[noise.Length];
        _denoised = new float[noise.Length];
        for (var i = 0; i < noise.Length; i++)
        {
            _latents[i] = (float)(noise[i] * plan.InitialScale);
        }
    }

    /// <summary>Steps done.</summary>
    public int StepIndex { get; private set; }

    /// <summary>All steps are done.</summary>
    public bool Done => StepIndex == _plan.Steps.Count;

    /// <summary>Steps in all.</summary>
    public int StepCount => _plan.Steps.Count;

    /// <summary>What the model is told at the next step.</summary>
    public float Timestep => _plan.Steps[StepIndex].Timestep;

    /// <summary>The latents now; the result once <see cref="Done"/>.</summary>
    public ReadOnlySpan<float> Latents => _latents;

    /// <summary>The picture as the last step predicted it, in latents: what a preview shows. Zeros before the first step.</summary>
    public ReadOnlySpan<float> Denoised => _denoised;

    /// <summary>Writes what the model is given at the next step.</summary>
    /// <param name="input">As long as the latents.</param>
    public void WriteInput(Span<float> input)
    {
        var scale = _plan.Steps[StepIndex].InputScale;
        if (scale == 1)
        {
            _latents.CopyTo(input);
            return;
        }

        for (var i = 0; i < _latents.Length; i++)
        {
            input[i] = (float)(_latents[i] * scale);
        }
    }

    /// <summary>Does a step.</summary>
    /// <param name="output">The model's output, guided; as long as the latents.</param>
    public void Advance(ReadOnlySpan<float> output)
    {
        if (output.Length != _latents.Length)
        {
            throw new ArgumentException($"The output has {output.Length} elements, the latents have {_latents.Length}.", nameof(output));
        }

        var step = _plan.Steps[StepIndex];
        for (var i = 0; i < output.Length; i++)
        {
            double latents = _latents[i];
            var denoised = Math.Clamp((step.DenoisedLatents * latents) + (step.DenoisedOutput * output[i]), -_plan.Clamp, _plan.Clamp);
            _latents[i] = (float)((step.NextLatents * latents) + (step.NextOutput * output[i]) + (step.NextDenoised * denoised) + (step.NextPrevious * _denoised[i]));
            _denoised[i] = (float)denoised;
        }

        StepIndex++;
    }
}
