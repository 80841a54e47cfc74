using System.ComponentModel.DataAnnotations;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Tests.Sessions;

public sealed class SessionFactoryTests
{
    [Fact]
    public void Create_CudaWithoutIt_SaysWhatIsThere()
    {
        Assert.SkipWhen(OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"), "This build has CUDA.");

        var error = Assert.Throws<ExecutionProviderException>(() => new SessionFactory(new SessionSettings { Provider = ExecutionProvider.Cuda }));

        Assert.Contains("CPUExecutionProvider", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PluginThatIsMissing_NamesThePath()
    {
        var settings = new SessionSettings { Provider = ExecutionProvider.CudaPlugin, PluginPath = "no/such/library.so" };

        var error = Assert.Throws<ExecutionProviderException>(() => new SessionFactory(settings));

        Assert.Contains("no/such/library.so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PluginThatIsNoLibrary_IsRefused()
    {
        var path = Path.GetTempFileName();
        try
        {
            var settings = new SessionSettings { Provider = ExecutionProvider.CudaPlugin, PluginPath = path };

            Assert.Throws<ExecutionProviderException>(() => new SessionFactory(settings));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Create_PluginPathWithoutThePlugin_IsRefused() =>
        Assert.Throws<ValidationException>(() => new SessionFactory(new SessionSettings { PluginPath = "x.so" }));

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Create_ThreadsOutOfRange_IsRefused(int threads) =>
        Assert.Throws<ValidationException>(() => new SessionFactory(new SessionSettings { Threads = threads }));

    [Fact]
    public void Open_MissingFile_NamesIt() =>
        Assert.Contains("gone.onnx", Assert.Throws<FileNotFoundException>(() => Cpu().Open("gone.onnx")).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_SpoiltGraph_NamesTheFile()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[64]);
            Assert.Contains(path, Assert.Throws<GraphLoadException>(() => Cpu().Open(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Run_CancelledToken_Throws()
    {
        using var session = Cpu().Open("double", Double());
        using var x = Tensors.Of(new float[] { 1 }, 1);

        Assert.Throws<OperationCanceledException>(() => session.Run(new Dictionary<string, OrtValue> { ["x"] = x }, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Run_BoundBuffers_AreReadAndWrittenInPlace()
    {
        using var session = Cpu().Open("double", Double());
        var input = new float[] { 1, 2, 3 };
        var output = new float[3];
        using var x = Tensors.Of(input, 3);
        using var y = Tensors.Of(output, 3);
        using var binding = session.CreateBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y", y);

        session.Run(binding);
        Assert.Equal([2f, 4f, 6f], output);
        input[0] = 10;
        session.Run(binding);
        Assert.Equal([20f, 4f, 6f], output);
    }

    [Fact]
    public void Describe_InputsAndOutputs_HaveNamesTypesAndShapes()
    {
        using var session = Cpu().Open("double", Double());

        Assert.Equal("x: Float [-1]", session.Input("x").ToString());
        Assert.Equal("y: Float [-1]", session.Output("y").ToString());
        Assert.Contains("it has x", Assert.Throws<ArgumentException>(() => session.Input("z")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WeightsKeptInHalves_CastsThemOnceAndNotInARun()
    {
        var folder = Directory.CreateTempSubdirectory("cafe-cast-").FullName;
        try
        {
            var g = new GraphBuilder("halves", GraphOptions.For(GraphTarget.Cpu, half: true));
            g.Output("y", g.Root["layer"].Linear(g.Input("x", "N", 64), 64, 64), "N", 64);
            var path = Path.Combine(folder, "halves.onnx");
            GraphWriter.Write(g.Build(), name => new RandomTensor(name, TensorType.Float32, name.EndsWith("bias") ? [64] : [64, 64], 1, 1), path);
            using var session = new SessionFactory(new SessionSettings { Threads = 1, ProfilePrefix = Path.Combine(folder, "profile") }).Open(path);
            using var x = Tensors.Of(new float[64], 1, 64);

            session.Run(new Dictionary<string, OrtValue> { ["x"] = x }).Dispose();

            var profile = File.ReadAllText(session.Native.EndProfiling());
            Assert.Contains("_kernel_time", profile, StringComparison.Ordinal);
            Assert.DoesNotContain("\"Cast\"", profile, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SessionFactory Cpu() => new(new SessionSettings { Threads = 1 });

    private static byte[] Double()
    {
        var g = new GraphBuilder("double");
        var x = g.Input("x", "N");
        g.Output("y", g.Root.Add(x, x), "N");
        return GraphWriter.ToBytes(g.Build(), name => throw new CheckpointException($"No tensor '{name}'."));
    }
}
