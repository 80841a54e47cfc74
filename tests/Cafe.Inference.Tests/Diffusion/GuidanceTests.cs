using Cafe.Inference.Diffusion;
using CsCheck;

namespace Cafe.Inference.Tests.Diffusion;

public sealed class GuidanceTests
{
    [Fact]
    public void Terms_Joint_AreTwoRows() =>
        Assert.Equal(
            [new(ConditionBranch.Both, 7.5), new(ConditionBranch.Null, -6.5)],
            new Guidance(GuidanceMode.Joint, Scale: 7.5).Terms(0, 10, ConditionBranch.Both));

    [Fact]
    public void Terms_Dual_AreThreeRows() =>
        Assert.Equal(
            [new(ConditionBranch.Both, 2), new(ConditionBranch.Semantic, 2), new(ConditionBranch.Null, -3)],
            new Guidance(GuidanceMode.Dual, SemanticScale: 4, SubjectScale: 2).Terms(0, 10, ConditionBranch.Both));

    [Fact]
    public void Terms_ScaleOfOne_IsOneRow() =>
        Assert.Equal([new(ConditionBranch.Both, 1)], new Guidance(GuidanceMode.Joint, Scale: 1).Terms(0, 10, ConditionBranch.Both));

    [Fact]
    public void Terms_DualWithEqualScales_IsJoint() =>
        Assert.Equal(
            [new(ConditionBranch.Both, 3), new(ConditionBranch.Null, -2)],
            new Guidance(GuidanceMode.Dual, SemanticScale: 3, SubjectScale: 3).Terms(0, 10, ConditionBranch.Both));

    [Theory]
    [InlineData(ConditionBranch.Semantic, ConditionBranch.Semantic, 4.0)]
    [InlineData(ConditionBranch.Subject, ConditionBranch.Subject, 2.0)]
    public void Terms_DualWithOneConditionAbsent_GuidesTheOther(ConditionBranch present, ConditionBranch branch, double scale) =>
        Assert.Equal(
            [new(branch, scale), new(ConditionBranch.Null, 1 - scale)],
            new Guidance(GuidanceMode.Dual, SemanticScale: 4, SubjectScale: 2).Terms(0, 10, present));

    [Fact]
    public void Terms_Interval_IncludesItsStartAndExcludesItsEnd() =>
        Assert.Equal(
            [1, 1, 2, 2, 2, 2, 1, 1],
            Enumerable.Range(0, 8).Select(step => new Guidance(GuidanceMode.Joint, 3, IntervalStart: 0.25, IntervalEnd: 0.75).Terms(step, 8, ConditionBranch.Both).Length));

    [Fact]
    public void Terms_AnySettings_WeightsSumToOneAndBranchesDiffer() =>
        Gen.Select(Gen.Int[0, 2], Gen.Double[0, 30], Gen.Double[0, 30], Gen.Double[0, 30], Gen.Int[0, 3], Gen.Int[0, 9]).Sample((mode, w, c, s, present, step) =>
        {
            var terms = new Guidance((GuidanceMode)mode, w, c, s).Terms(step, 10, (ConditionBranch)present);
            return Math.Abs(terms.Sum(term => term.Weight) - 1) < 1e-9
                && terms.Length is >= 1 and <= 3
                && terms.DistinctBy(term => term.Branch).Count() == terms.Length;
        });
}
