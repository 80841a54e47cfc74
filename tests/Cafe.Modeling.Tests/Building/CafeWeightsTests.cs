using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Tests.Building;

public sealed class CafeWeightsTests
{
    private static readonly Checkpoint Cafe = new TensorTable("cafe", [Filled("unet.a.attn2.to_k.weight", 2), Filled("unet.a.attn2.to_k_subject.weight", 3), Filled("image_token", 4)]);

    [Fact]
    public void WithCafe_TensorsOfTheUNet_ReplaceAndComplete()
    {
        var published = new TensorTable("unet", [Filled("conv_in.weight", 1), Filled("a.attn2.to_k.weight", 1)]);

        var unet = published.WithCafe(Cafe);

        Assert.Equal(["a.attn2.to_k.weight", "a.attn2.to_k_subject.weight", "conv_in.weight"], unet.Tensors.Select(t => t.Name).Order());
        Assert.Equal(1, unet["conv_in.weight"].ReadFloats()[0]);
        Assert.Equal(2, unet["a.attn2.to_k.weight"].ReadFloats()[0]);
        Assert.Equal(3, unet["a.attn2.to_k_subject.weight"].ReadFloats()[0]);
    }

    [Fact]
    public void WithoutUnet_TensorsOfTheUNet_LeftOut() => Assert.Equal(["image_token"], Cafe.WithoutUnet().Tensors.Select(t => t.Name));

    private static MemoryTensor Filled(string name, float value) => MemoryTensor.FromFloats(name, [1], [value]);
}
