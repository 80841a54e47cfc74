namespace Cafe.Packs.Manifest;

/// <summary>What a request that says nothing gets.</summary>
public sealed record SamplingDefaults
{
    /// <summary><c>ddim</c>, <c>dpmpp_2m</c> or <c>euler</c>.</summary>
    public required string Sampler { get; init; }

    /// <summary>1 to 1000.</summary>
    public required int Steps { get; init; }

    /// <summary><c>joint</c>, <c>dual</c> or <c>none</c>.</summary>
    public required string Guidance { get; init; }

    /// <summary>w of joint guidance.</summary>
    public required float GuidanceScale { get; init; }

    /// <summary>w_c of dual guidance.</summary>
    public required float SemanticScale { get; init; }

    /// <summary>w_s of dual guidance.</summary>
    public required float SubjectScale { get; init; }

    /// <summary>Where guidance begins, in [0, 1] of the steps.</summary>
    public float IntervalStart { get; init; }

    /// <summary>Where guidance ends, from the start to 1.</summary>
    public float IntervalEnd { get; init; } = 1;

    /// <summary>s in the paper's equation 1.</summary>
    public float SubjectStrength { get; init; } = 1;
}
