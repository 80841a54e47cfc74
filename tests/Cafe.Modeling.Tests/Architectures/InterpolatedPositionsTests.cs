using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Tests.Architectures;

public sealed class InterpolatedPositionsTests
{
    [Fact]
    public void Apply_ConstantPositions_StayConstant()
    {
        var published = MemoryTensor.FromFloats("p", [1, 10, 2], Enumerable.Repeat(3f, 20).ToArray());

        var result = new InterpolatedPositions(3, 5, 7).Apply(published);

        Assert.Equal([1L, 36L, 2L], result.Shape);
        Assert.All(result.ReadFloats(), v => Assert.Equal(3f, v, 1e-5f));
    }

    [Fact]
    public void Apply_SameSize_ChangesNothing()
    {
        var values = new RandomTensor("p", TensorType.Float32, [1, 17, 4], 5, 1).ReadFloats();

        var result = new InterpolatedPositions(4, 4, 4).Apply(MemoryTensor.FromFloats("p", [1, 17, 4], values)).ReadFloats();

        Assert.All(values.Zip(result), p => Assert.Equal(p.First, p.Second, 1e-6f));
    }

    [Fact]
    public void Build_TrainedSize_KeepsThePublishedParameter()
    {
        var config = new Dinov2Config(8, 1, 2, 4, 56, 14, 3, "gelu", 1e-6f, true, false);

        var trained = Dinov2.Build(config, 56, 56).Initializers.Single(i => i.PublishedName == "embeddings.position_embeddings");
        var served = Dinov2.Build(config, 84, 56).Initializers.Single(i => i.PublishedName == "embeddings.position_embeddings");

        Assert.Same(WeightTransform.None, trained.Transform);
        Assert.Equal([1L, 25L, 8L], served.Shape);
        Assert.Equal([1L, 17L, 8L], served.PublishedShape);
    }
}
