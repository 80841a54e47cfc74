namespace Cafe.Inference.Diffusion;

/// <summary>How the branches of classifier-free guidance are combined.</summary>
public enum GuidanceMode
{
    /// <summary>e(0,0) + w (e(c,E) - e(0,0)).</summary>
    Joint,

    /// <summary>e(0,0) + w_c (e(c,0) - e(0,0)) + w_s (e(c,E) - e(c,0)).</summary>
    Dual,

    /// <summary>e(c,E).</summary>
    None,
}
