using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Testing;

namespace Cafe.Modeling.Tests.Architectures;

public sealed class IpAdapterTests
{
    [Fact]
    public void UNet_NumberedKeys_GoToDownUpMid()
    {
        using var unet = Checkpoint.Open(Goldens.Path("ipadapter-base", "unet"));
        using var adapter = Checkpoint.Open(Goldens.Path("ipadapter-base", "ip-adapter.safetensors"));
        var config = UNetConfig.From(CheckpointFolder.ReadConfig(Goldens.Path("ipadapter-base", "unet")), 32, 32);

        var joined = IpAdapter.UNet(unet, adapter, config);

        Assert.Equal(adapter["ip_adapter.1.to_k_ip.weight"].ReadFloats(), joined["down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k_subject.weight"].ReadFloats());
        Assert.Equal(adapter["ip_adapter.5.to_v_ip.weight"].ReadFloats(), joined["up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v_subject.weight"].ReadFloats());
        Assert.Equal(adapter["ip_adapter.11.to_k_ip.weight"].ReadFloats(), joined["mid_block.attentions.0.transformer_blocks.0.attn2.to_k_subject.weight"].ReadFloats());
    }

    [Theory]
    [InlineData("ip_adapter.13.to_k_ip.weight")]
    [InlineData("ip_adapter.2.to_k_ip.weight")]
    [InlineData("ip_adapter.x.to_k_ip.weight")]
    [InlineData("ip_adapter.1.to_q_ip.weight")]
    public void UNet_KeyOfNoModule_IsNamed(string name)
    {
        using var unet = Checkpoint.Open(Goldens.Path("ipadapter-base", "unet"));
        var config = UNetConfig.From(CheckpointFolder.ReadConfig(Goldens.Path("ipadapter-base", "unet")), 32, 32);
        var adapter = new TensorTable("adapter", [MemoryTensor.FromFloats(name, [1], [0])]);

        Assert.Contains(name, Assert.Throws<CheckpointException>(() => IpAdapter.UNet(unet, adapter, config)).Message, StringComparison.Ordinal);
    }
}
