namespace Cafe.Inference.Diffusion;

/// <summary>Which conditions a row sees; the others are the pack's null embeddings.</summary>
[Flags]
public enum ConditionBranch
{
    /// <summary>e(0,0).</summary>
    Null = 0,

    /// <summary>The semantic condition c.</summary>
    Semantic = 1,

    /// <summary>The subject E(x).</summary>
    Subject = 2,

    /// <summary>e(c,E).</summary>
    Both = Semantic | Subject,
}
