using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Execution;

/// <summary>Convolutions and their gradients against the same sums in double precision, in memory that held something else before.</summary>
public sealed class ConvolutionTests
{
    private const int Repeats = 12;

    [Theory]
    [InlineData(16, 3, 32, 3, false)]
    [InlineData(3, 24, 32, 3, false)]
    [InlineData(3, 32, 32, 3, false)]
    [InlineData(24, 128, 8, 3, false)]
    [InlineData(26, 96, 16, 3, false)]
    [InlineData(96, 24, 16, 3, false)]
    [InlineData(20, 20, 8, 1, false)]
    [InlineData(16, 16, 16, 3, false)]
    [InlineData(24, 128, 8, 3, true)]
    public void Forward_ChannelsThatFillNoBlock_NothingOfFreedMemoryIsInTheSums(int channels, int outputs, int side, int kernel, bool partOfAnother)
    {
        using var scope = NewDisposeScope();
        var builder = new GraphBuilder("convolution");
        var picture = builder.Input("sample", "N", channels, "H", "W");
        builder.Output("out", builder.Root["conv"].Conv2d(picture, channels, outputs, kernel, padding: kernel / 2), "N", outputs, "H", "W");
        var graph = builder.Build();
        using var parameters = new ParameterSet(ParameterSpec.Of([graph]));
        using var module = new GraphModule(graph, parameters);
        using var generator = new Generator(7);
        var (weight, bias) = (parameters["conv.weight"], parameters["conv.bias"]);
        using (no_grad())
        {
            weight.copy_(randn(weight.shape, generator: generator) / Math.Sqrt(channels * kernel * kernel));
            bias.copy_(randn(bias.shape, generator: generator));
        }

        var values = randn([16, channels, side, side], generator: generator);
        var (wanted, wantedGradients) = InDouble(values, weight, bias, kernel / 2);
        for (var i = 0; i < Repeats; i++)
        {
            using var inner = NewDisposeScope();
            LeaveNaNBehind();
            parameters.ZeroGradients();
            var input = (partOfAnother ? cat([values, values], 1).narrow(1, 0, channels) : values.clone()).requires_grad_(true);
            var output = module.Forward(("sample", input));
            output.square().mean().backward();
            Tensor[] gradients = [input.grad!, weight.grad!, bias.grad!];
            Golden.AssertClose(wanted, output, "output");
            Assert.All(wantedGradients.Zip(gradients), pair => Golden.AssertClose(pair.First, pair.Second, "gradient"));
        }
    }

    // Another implementation: oneDNN has none for doubles.
    private static (Tensor Output, Tensor[] Gradients) InDouble(Tensor values, Tensor weight, Tensor bias, long padding)
    {
        Tensor[] leaves = [.. new[] { values, weight.detach(), bias.detach() }.Select(t => t.to(ScalarType.Float64).requires_grad_(true))];
        var output = nn.functional.conv2d(leaves[0], leaves[1], leaves[2], padding: [padding, padding]);
        output.square().mean().backward();
        return (output.detach().to(ScalarType.Float32), [.. leaves.Select(leaf => leaf.grad!.to(ScalarType.Float32))]);
    }

    // Blocks of the sizes that the next tensors will ask for.
    private static void LeaveNaNBehind()
    {
        using var scope = NewDisposeScope();
        for (var size = 1L << 10; size <= 1L << 21; size *= 2)
        {
            for (var i = 0; i < 4; i++)
            {
                _ = full([size + i * size / 4], float.NaN);
            }
        }
    }
}
