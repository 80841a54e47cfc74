namespace Cafe.Inference.Diffusion;

/// <summary>Classifier-free guidance over the two conditions (docs: the method's "Guidance").</summary>
/// <param name="Mode">How the branches are combined.</param>
/// <param name="Scale">w of joint guidance.</param>
/// <param name="SemanticScale">w_c of dual guidance.</param>
/// <param name="SubjectScale">w_s of dual guidance.</param>
/// <param name="IntervalStart">Steps i of n with IntervalStart &lt;= i / n &lt; IntervalEnd are guided, the others see e(c,E) alone. 0 to 1.</param>
/// <param name="IntervalEnd">IntervalStart to 1.</param>
public sealed record Guidance(
    GuidanceMode Mode,
    double Scale = 1,
    double SemanticScale = 1,
    double SubjectScale = 1,
    double IntervalStart = 0,
    double IntervalEnd = 1)
{
    /// <summary>
    /// The rows of a step. Every mode is a weighted sum of branches; branches that are equal, because a condition is
    /// absent, are one row, and a branch of weight 0 is none. The branch with the most conditions comes first.
    /// </summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="present">The conditions that the request has.</param>
    public GuidanceTerm[] Terms(int step, int steps, ConditionBranch present)
    {
        var position = (double)step / steps;
        var guided = Mode != GuidanceMode.None && position >= IntervalStart && position < IntervalEnd;
        (ConditionBranch Branch, double Weight)[] parts = (guided ? Mode : GuidanceMode.None) switch
        {
            GuidanceMode.None => [(ConditionBranch.Both, 1)],
            GuidanceMode.Joint => [(ConditionBranch.Both, Scale), (ConditionBranch.Null, 1 - Scale)],
            GuidanceMode.Dual =>
            [
                (ConditionBranch.Both, SubjectScale),
                (ConditionBranch.Semantic, SemanticScale - SubjectScale),
                (ConditionBranch.Null, 1 - SemanticScale),
            ],
            _ => throw new InvalidOperationException($"Unknown guidance mode {Mode}."),
        };
        return
        [
            .. parts
                .GroupBy(part => part.Branch & present, part => part.Weight)
                .Select(group => new GuidanceTerm(group.Key, group.Sum()))
                .Where(term => term.Weight != 0)
                .OrderByDescending(term => term.Branch),
        ];
    }
}
