using Cafe.Training.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Diffusion;

public sealed class AlignmentLossTests
{
    // 16 pixel target, 4x4 cells; 16 pixel reference, 4x4 patches; the subject covers the upper half.
    private static Tensor HalfMask()
    {
        var mask = zeros(1, 16, 16);
        mask.narrow(1, 0, 8).fill_(1);
        return mask;
    }

    [Fact]
    public void Targets_OfTheIdentity_PointAtTheSamePatchInsideAndAtClsOutside()
    {
        using var scope = NewDisposeScope();
        var affine = tensor(new float[] { 1, 0, 0, 0, 1, 0 }, [1, 2, 3]);
        var (tokens, weights) = AlignmentLoss.Targets(affine, HalfMask(), (4, 4), 4, 16);
        // Cell (row 1, column 2): token 1 + 1 * 4 + 2, alone.
        Assert.Equal(7, tokens[0, 6, 0].item<long>());
        Assert.Equal(1f, weights[0, 6, 0].item<float>(), 1e-6f);
        // Row 3 is outside.
        Assert.Equal(0, tokens[0, 13, 0].item<long>());
        Assert.Equal(1f, weights[0, 13, 0].item<float>());
        Assert.True(weights.sum(2).allclose(ones(1, 16)));
    }

    [Fact]
    public void Targets_ShiftedByHalfAPatch_AreSharedByTwo()
    {
        using var scope = NewDisposeScope();
        var affine = tensor(new float[] { 1, 0, 2, 0, 1, 0 }, [1, 2, 3]);
        var (tokens, weights) = AlignmentLoss.Targets(affine, HalfMask(), (4, 4), 4, 16);
        Assert.Equal([1L, 2L], tokens[0, 0].data<long>().ToArray()[..2]);
        Assert.Equal([0.5f, 0.5f], weights[0, 0].data<float>().ToArray()[..2]);
    }

    [Fact]
    public void Of_AttentionOnTheRightPatch_IsNearZeroAndElsewhereLarge()
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(new long[] { 2, 0, 0, 0 }, [1, 1, 4]);
        var weights = tensor(new float[] { 1, 0, 0, 0 }, [1, 1, 4]);
        var keys = eye(4).reshape(1, 1, 4, 4) * 40;
        Tensor Query(int token) => nn.functional.one_hot(tensor(new long[] { token }), 4).to(ScalarType.Float32).reshape(1, 1, 1, 4);
        Assert.True(AlignmentLoss.Of(Query(2), keys, tokens, weights, ones(1)).item<float>() < 1e-3f);
        Assert.True(AlignmentLoss.Of(Query(1), keys, tokens, weights, ones(1)).item<float>() > 10);
    }
}
