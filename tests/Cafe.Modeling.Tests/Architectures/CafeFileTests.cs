using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Tests.Architectures;

public sealed class CafeFileTests
{
    private static readonly Checkpoint Published = new TensorTable("unet", [Filled("conv_in.weight", 1), Filled("a.attn2.to_k.weight", 1)]);

    [Fact]
    public void UNet_TensorsOfTheCafeFile_ReplaceAndComplete()
    {
        var cafe = new TensorTable("cafe", [Filled("unet.a.attn2.to_k.weight", 2), Filled("unet.a.attn2.to_k_subject.weight", 3), Filled("image_token", 4)]);

        var unet = CafeFile.UNet(Published, cafe);

        Assert.Equal(["a.attn2.to_k.weight", "a.attn2.to_k_subject.weight", "conv_in.weight"], unet.Tensors.Select(t => t.Name).Order());
        Assert.Equal(1, unet["conv_in.weight"].ReadFloats()[0]);
        Assert.Equal(2, unet["a.attn2.to_k.weight"].ReadFloats()[0]);
    }

    [Fact]
    public void UNet_NoCafeFile_IsThePublishedOne() => Assert.Same(Published, CafeFile.UNet(Published, null));

    private static MemoryTensor Filled(string name, float value) => MemoryTensor.FromFloats(name, [1], [value]);
}
