using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Health;
using Cafe.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Encoder.Tests.Model;

public sealed class EncoderLoaderTests
{
    [Fact]
    public async Task Start_PackOnDisk_BecomesReadyAndServes()
    {
        await using var app = TestEncoder.Build(null, $"--Pack:Path={TestPack.Folder}");
        await app.StartAsync();
        await Settled(app.Services.GetRequiredService<Readiness>());
        using var channel = GrpcChannel.ForAddress(app.CafeAddresses().Grpc);

        var response = await new EncoderService.EncoderServiceClient(channel).EncodeAsync(TestPictures.Request(1));

        Assert.Single(response.Embeddings);
    }

    [Theory]
    [InlineData("encoder/subject.data", "encoder/subject.data is missing")]
    [InlineData("manifest.json", "manifest.json")]
    public async Task Start_FileMissing_IsBrokenWithOneLineThatNamesIt(string file, string text)
    {
        var folder = Copy(TestPack.Folder);
        try
        {
            File.Delete(Path.Combine(folder, file));
            await using var app = TestEncoder.Build(null, $"--Pack:Path={folder}");
            await app.StartAsync();
            var status = await Settled(app.Services.GetRequiredService<Readiness>());
            using var channel = GrpcChannel.ForAddress(app.CafeAddresses().Grpc);

            Assert.Equal((ReadinessState.Broken, false), (status.State, status.RestartHelps));
            Assert.Contains(text, status.Reason);
            Assert.DoesNotContain('\n', status.Reason);
            var error = await Assert.ThrowsAsync<RpcException>(async () =>
                await new EncoderService.EncoderServiceClient(channel).EncodeAsync(TestPictures.Request(1)));
            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Start_GraphSpoiled_IsBroken()
    {
        var folder = Copy(TestPack.Folder);
        try
        {
            var graph = Path.Combine(folder, "encoder", "image.onnx");
            await File.WriteAllBytesAsync(graph, new byte[new FileInfo(graph).Length]);
            await using var app = TestEncoder.Build(null, $"--Pack:Path={folder}");
            await app.StartAsync();

            var status = await Settled(app.Services.GetRequiredService<Readiness>());

            Assert.Equal(ReadinessState.Broken, status.State);
            Assert.Contains("image", status.Reason);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Start_OptionOutOfRange_NamesIt()
    {
        await using var app = TestEncoder.Build(null, $"--Pack:Path={TestPack.Folder}", "--Encoder:MaxBatch=0");

        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => app.StartAsync());

        Assert.Contains("MaxBatch", error.Message);
    }

    private static async Task<ReadinessStatus> Settled(Readiness readiness)
    {
        while (true)
        {
            var (status, changed) = readiness.Observe();
            if (status.State != ReadinessState.Starting)
            {
                return status;
            }

            await changed;
        }
    }

    private static string Copy(string source)
    {
        var target = Directory.CreateTempSubdirectory("cafe-encoder-pack").FullName;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }
}
