using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Testing;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Modeling.Tests.Architectures;

public sealed class UNetTests : IDisposable
{
    private const int Rows = 3;

    private readonly Checkpoint weights = Checkpoint.Open(Goldens.Path("unet-4tokens"));
    private readonly UNetConfig config;
    private readonly SessionFactory factory = new(new SessionSettings { Threads = 1 });

    public UNetTests() => config = UNetConfig.From(CheckpointFolder.ReadConfig(Goldens.Path("unet-4tokens")), weights);

    public void Dispose() => weights.Dispose();

    [Fact]
    public void BuildWhole_SameInputs_AgreesWithTheTwoServedGraphs()
    {
        using var whole = Open(UNet.BuildWhole(config));
        using var conditioner = Open(UNet.BuildConditioner(config, GraphOptions.For(GraphTarget.Cpu, half: false)));
        using var unet = Open(UNet.Build(config, GraphOptions.For(GraphTarget.Cpu, half: false)));
        var inputs = Inputs(16, 16);

        using var expected = Run(whole, inputs);
        using var conditions = Run(conditioner, inputs.Where(i => i.Key is "semantic" or "subject"));
        var served = inputs.Where(i => i.Key is not ("semantic" or "subject")).ToDictionary();
        foreach (var output in conditioner.Outputs)
        {
            served[output.Name] = (conditions.Span<float>(output.Name).ToArray(), conditions.Shape(output.Name));
        }

        using var actual = Run(unet, served);
        AssertClose(expected.Span<float>("out_sample"), actual.Span<float>("out_sample"), 1e-5f);
    }

    [Theory]
    [InlineData(15, 17)]
    [InlineData(4, 4)]
    [InlineData(1, 9)]
    public void Build_LatentsOfAnySize_KeepTheirSize(int height, int width)
    {
        using var whole = Open(UNet.BuildWhole(config, GraphOptions.For(GraphTarget.Cpu, half: false)));

        using var result = Run(whole, Inputs(height, width));

        Assert.Equal([Rows, config.OutChannels, height, width], result.Shape("out_sample"));
        Assert.All(result.Span<float>("out_sample").ToArray(), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Build_RowAloneAndInCompany_HasTheSameBits()
    {
        using var whole = Open(UNet.BuildWhole(config, GraphOptions.For(GraphTarget.Cpu, half: false)));
        var inputs = Inputs(16, 16);
        using var together = Run(whole, inputs);
        var all = together.Span<float>("out_sample").ToArray();
        for (var row = 0; row < Rows; row++)
        {
            using var alone = Run(whole, inputs.Select(i => new KeyValuePair<string, (float[], long[])>(i.Key, Row(i.Value, row))));
            Assert.Equal(all[(row * all.Length / Rows)..((row + 1) * all.Length / Rows)], alone.Span<float>("out_sample").ToArray());
        }
    }

    [Fact]
    public void CrossAttentions_Walk_GoesDownMidUp()
    {
        var paths = UNet.CrossAttentions(config).Select(l => l.Path).ToArray();

        Assert.Equal("down_blocks.0.attentions.0.transformer_blocks.0.attn2", paths[0]);
        Assert.Equal("mid_block.attentions.0.transformer_blocks.0.attn2", paths[4]);
        Assert.Equal("up_blocks.2.attentions.2.transformer_blocks.0.attn2", paths[^1]);
        Assert.Equal(11, paths.Length);
    }

    [Theory]
    [InlineData("\"class_embed_type\": \"timestep\"", "class_embed_type")]
    [InlineData("\"act_fn\": \"gelu\"", "act_fn")]
    [InlineData("\"dual_cross_attention\": true", "dual_cross_attention")]
    [InlineData("\"down_block_types\": [\"DownBlock2D\", \"CrossAttnDownBlock2D\"]", "up_block_types")]
    [InlineData("\"down_block_types\": [\"SkipDownBlock2D\", \"DownBlock2D\"]", "SkipDownBlock2D")]
    [InlineData("\"norm_num_groups\": 3, \"down_block_types\": [\"CrossAttnDownBlock2D\", \"DownBlock2D\"]", "'norm_num_groups' is 3")]
    [InlineData("\"norm_num_groups\": 4, \"num_attention_heads\": [2, 3], \"down_block_types\": [\"CrossAttnDownBlock2D\", \"DownBlock2D\"]", "'num_attention_heads[1]' is 3")]
    public void From_UnsupportedSetting_IsNamed(string setting, string field)
    {
        var json = $"{{ \"block_out_channels\": [8, 8], \"attention_head_dim\": 2, \"up_block_types\": [\"UpBlock2D\", \"CrossAttnUpBlock2D\"], {setting} }}";

        var error = Assert.Throws<CheckpointException>(() => UNetConfig.From(ModelConfig.Parse("config.json", System.Text.Encoding.UTF8.GetBytes(json)), 8, 8));

        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    private ModelSession Open(Graph graph) => factory.Open(graph.Name, GraphWriter.ToBytes(graph, name => weights[name]));

    private Dictionary<string, (float[] Values, long[] Shape)> Inputs(int height, int width) => new()
    {
        ["sample"] = Random("sample", Rows, config.InChannels, height, width),
        ["timestep"] = ([3, 500, 999], [Rows]),
        ["subject_strength"] = ([1, 0.5f, 0], [Rows]),
        ["semantic"] = Random("semantic", Rows, 4, config.SemanticWidth),
        ["subject"] = Random("subject", Rows, 7, config.SubjectWidth),
    };

    private static (float[], long[]) Random(string name, params long[] shape) => (new RandomTensor(name, TensorType.Float32, [.. shape], 3, 1).ReadFloats(), shape);

    private static (float[], long[]) Row((float[] Values, long[] Shape) tensor, int row)
    {
        var size = tensor.Values.Length / Rows;
        return (tensor.Values[(row * size)..((row + 1) * size)], [1, .. tensor.Shape[1..]]);
    }

    private static ModelResult Run(ModelSession session, IEnumerable<KeyValuePair<string, (float[] Values, long[] Shape)>> inputs)
    {
        var values = inputs.ToDictionary(i => i.Key, i => Tensors.Of(i.Value.Values, i.Value.Shape));
        try
        {
            return session.Run(values);
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.ToArray().Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]) / largest, 0, tolerance);
        }
    }
}
