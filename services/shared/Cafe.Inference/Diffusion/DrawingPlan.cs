using Cafe.Inference.Samplers;

namespace Cafe.Inference.Diffusion;

/// <summary>How a request's pictures are drawn; shared by all of them.</summary>
public sealed class DrawingPlan
{
    private readonly GuidanceTerm[][] _terms;

    /// <summary>Plans every step.</summary>
    /// <param name="sampler">The steps.</param>
    /// <param name="guidance">The guidance.</param>
    /// <param name="present">The conditions that the request has.</param>
    /// <param name="subjectStrength">s of Eq. 1, 0 to 2.</param>
    /// <param name="width">Pixels; a multiple of the pack's downscale.</param>
    /// <param name="height">Likewise.</param>
    public DrawingPlan(SamplerPlan sampler, Guidance guidance, ConditionBranch present, double subjectStrength, int width, int height)
    {
        Sampler = sampler;
        SubjectStrength = (float)subjectStrength;
        Width = width;
        Height = height;
        _terms = [.. Enumerable.Range(0, sampler.Steps.Count).Select(step => guidance.Terms(step, sampler.Steps.Count, present))];
    }

    /// <summary>The steps.</summary>
    public SamplerPlan Sampler { get; }

    /// <summary>s of Eq. 1.</summary>
    public float SubjectStrength { get; }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>Steps of each picture.</summary>
    public int Steps => _terms.Length;

    /// <summary>The rows of a step, from 0.</summary>
    public IReadOnlyList<GuidanceTerm> Terms(int step) => _terms[step];

    /// <summary>Rows that a picture takes at a step, 1 to 3.</summary>
    public int RowsAt(int step) => _terms[step].Length;
}
