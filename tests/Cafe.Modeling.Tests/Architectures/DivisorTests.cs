using System.Text;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Tests.Architectures;

/// <summary>Heads and groups that don't divide their channels are named before a graph is built.</summary>
public sealed class DivisorTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void From_HeadsThatDoNotDivideTheWidth_AreNamed(int heads)
    {
        var encoder = Assert.Throws<CheckpointException>(() => Dinov2Config.From(Parse($$"""{ "hidden_size": 64, "num_attention_heads": {{heads}} }""")));
        var clip = Assert.Throws<CheckpointException>(() => ClipConfig.From(Parse($$"""{ "vision_config": { "hidden_size": 64, "num_attention_heads": {{heads}} }, "text_config": {} }""")));
        var vit = Assert.Throws<CheckpointException>(() => VitConfig.From(Parse($$"""{ "hidden_size": 64, "num_attention_heads": {{heads}} }""")));
        Assert.All([encoder, clip, vit], error => Assert.Contains($"'num_attention_heads' is {heads}; it should be at least 1 and divide 'hidden_size', which is 64.", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void From_GroupsThatDoNotDivideTheChannels_AreNamed()
    {
        var autoencoder = Assert.Throws<CheckpointException>(() => AutoencoderKlConfig.From(Parse("""{ "block_out_channels": [32, 48], "norm_num_groups": 32 }""")));
        Assert.Contains("'norm_num_groups' is 32; it should be at least 1 and divide 'block_out_channels[1]', which is 48.", autoencoder.Message, StringComparison.Ordinal);
        var evaluator = Assert.Throws<CheckpointException>(() => PictureCnnConfig.From(Parse("""{ "channels": [12, 16], "width": 8 }""")));
        Assert.Contains("'norm_num_groups' is 8; it should be at least 1 and divide 'channels[0]', which is 12.", evaluator.Message, StringComparison.Ordinal);
    }

    private static ModelConfig Parse(string json) => ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(json));
}
