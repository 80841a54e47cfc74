using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Tests.Building;

public sealed class PackBuilderTests : IDisposable
{
    private const ulong Seed = 5;
    private static readonly PackIdentity Identity = SynthPack.Identity("tiny", ModelPreset.Tiny);

    private readonly ScratchFolder scratch = new();

    private string Target => Path.Combine(scratch.Path, "pack");

    private string Staging => Path.Combine(scratch.Path, ".pack.building");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Build_PublishedFolders_SameFingerprintsAsFromMemory()
    {
        var folders = PublishedFoldersOnDisk.Write(Path.Combine(scratch.Path, "published"), Seed);
        using var sources = PublishedSources.Open(folders, Identity);
        var built = PackBuilder.Build(sources, new PackBuildOptions(), Target);
        var expected = SynthPack.Build(Path.Combine(scratch.Path, "synth"), ModelConfigs.For(ModelPreset.Tiny), Identity, Seed);
        Assert.Equal(expected.Parts.Assistant.Fingerprint, built.Parts.Assistant.Fingerprint);
        Assert.Equal(expected.Parts.Diffuser.Fingerprint, built.Parts.Diffuser.Fingerprint);
        Assert.Equal(expected.Parts.Encoder.Fingerprint, built.Parts.Encoder.Fingerprint);
        Assert.Equal("Of CLIP.", File.ReadAllText(Path.Combine(Target, "licenses", "clip.txt")));
        Assert.Equal(6, Directory.GetFiles(Path.Combine(Target, "licenses")).Length);
    }

    [Fact]
    public void Build_TensorTooMany_NamedAndNothingWritten()
    {
        var folders = PublishedFoldersOnDisk.Write(Path.Combine(scratch.Path, "published"), Seed);
        using (var vae = Checkpoint.Open(folders.Vae))
        {
            SafetensorsWriter.Write(Path.Combine(folders.Vae, "more.safetensors"), [.. vae.Tensors, MemoryTensor.FromFloats("surplus.weight", [1], [1])]);
        }

        File.Move(Path.Combine(folders.Vae, "more.safetensors"), Path.Combine(folders.Vae, "diffusion_pytorch_model.safetensors"), overwrite: true);
        using var sources = PublishedSources.Open(folders, Identity);
        var e = Assert.Throws<CheckpointException>(() => PackBuilder.Build(sources, new PackBuildOptions(), Target));
        Assert.Contains("unexpected: surplus.weight [1]", e.Message);
        Assert.False(Directory.Exists(Target) || Directory.Exists(Staging));
    }

    [Fact]
    public void Build_PartsThatDontFit_SaysWhich()
    {
        var configs = ModelConfigs.For(ModelPreset.Tiny);
        using var sources = SyntheticSources.Create(configs, Identity, Seed);
        using var other = sources with { Subject = sources.Subject with { HiddenSize = 64 } };
        Assert.Contains("subject keys", Assert.Throws<CheckpointException>(() => PackBuilder.Build(other, new PackBuildOptions(), Target)).Message);
    }

    [Fact]
    public void Build_LearnedNullEmbeddings_InThePackAndItsManifest()
    {
        using var sources = SyntheticSources.Create(ModelConfigs.For(ModelPreset.Tiny), Identity, Seed);
        var rows = MemoryTensor.FromFloats(CafeWeights.NullSubject, [17, 48], [.. Enumerable.Range(0, 17 * 48).Select(i => (float)i)]);
        using var learned = sources with { Cafe = new TensorTable("cafe", [.. sources.Cafe.Tensors, rows]) };
        var manifest = PackBuilder.Build(learned, new PackBuildOptions(Precision: PackPrecision.Fp16), Target);
        Assert.Null(manifest.Diffuser.Conditioning.Semantic.Null);
        var file = File.ReadAllBytes(Path.Combine(Target, manifest.Diffuser.Conditioning.Subject.Null!));
        Assert.Equal(815f, BitConverter.ToSingle(file.AsSpan(^4)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500_000)]
    [InlineData(3_000_000)]
    public void Build_CancelledAnywhere_NothingLeftAndTheNextBuildSucceeds(long afterBytes)
    {
        using (var cancelled = new CancellationTokenSource())
        {
            void Watch(BuildProgress progress)
            {
                if (progress.DoneBytes >= afterBytes)
                {
                    cancelled.Cancel();
                }
            }

            Assert.ThrowsAny<OperationCanceledException>(() => SynthPack.Build(Target, ModelPreset.Tiny, progress: Watch, cancellation: cancelled.Token));
        }

        Assert.False(Directory.Exists(Target) || Directory.Exists(Staging));
        SynthPack.Build(Target, ModelPreset.Tiny);
        Assert.Equal("synthetic-tiny", PackFolder.Open(Target).Manifest.Name);
    }

    [Fact]
    public void Build_RemainsOfAKilledBuild_SweptAway()
    {
        // What kill -9 leaves: a lock that no one holds, and files.
        Directory.CreateDirectory(Path.Combine(Staging, "encoder"));
        File.WriteAllText(Path.Combine(Staging, ".lock"), "");
        File.WriteAllText(Path.Combine(Staging, "encoder", "stale.onnx"), "stale");
        SynthPack.Build(Target, ModelPreset.Tiny);
        Assert.False(Directory.Exists(Staging));
        Assert.False(File.Exists(Path.Combine(Target, "encoder", "stale.onnx")) || File.Exists(Path.Combine(Target, ".lock")));
    }

    [Fact]
    public void Build_TwoAtOnce_TheSecondIsRefused()
    {
        var inner = false;
        SynthPack.Build(Target, ModelPreset.Tiny, progress: _ =>
        {
            if (!inner)
            {
                inner = true;
                Assert.Contains("Another build", Assert.Throws<IOException>(() => SynthPack.Build(Target, ModelPreset.Tiny)).Message);
            }
        });
        Assert.True(inner);
    }

    [Fact]
    public void Build_FolderWithFiles_RefusedAndLeftAlone()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "mine.txt"), "mine");
        Assert.Throws<IOException>(() => SynthPack.Build(Target, ModelPreset.Tiny));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Target, "mine.txt")));
    }

    [Fact]
    public void Build_Progress_RisesToItsTotal()
    {
        var last = default(BuildProgress);
        SynthPack.Build(Target, ModelPreset.Tiny, progress: progress =>
        {
            Assert.InRange(progress.DoneBytes, last.DoneBytes, progress.TotalBytes);
            last = progress;
        });
        Assert.Equal(last.TotalBytes, last.DoneBytes);
    }

    [Theory]
    [InlineData(PackPrecision.Fp32, 4.0)]
    [InlineData(PackPrecision.Int4, 0.75)]
    public void Plan_PaperDimensions_PublishedParameterCountsWithoutMemory(PackPrecision precision, double decoderBytesPerParameter)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var plan = SynthPack.Plan(ModelConfigs.For(ModelPreset.Paper), Identity, new PackBuildOptions(Precision: precision)).ToDictionary(item => item.Path);

        // Llama-2-13B has 13,015,864,320 with its embedding table, DINOv2-giant 1,136,480,768 with its mask token,
        // CLIP ViT-L/14@336's towers 427,944,193 with the temperature, the autoencoder 83,653,863.
        Assert.Equal(13_015_864_320 - (32000L * 5120), plan["assistant/decoder.onnx"].Parameters);
        Assert.Equal(1_136_480_768 - 1536, plan["encoder/subject.onnx"].Parameters);
        Assert.Equal(427_944_193 - 1, plan["encoder/image.onnx"].Parameters + plan["encoder/text.onnx"].Parameters);
        Assert.Equal(83_653_863, plan["diffuser/vae_decoder.onnx"].Parameters + plan["diffuser/vae_encoder.onnx"].Parameters);
        Assert.Equal(decoderBytesPerParameter, plan["assistant/decoder.onnx"].Bytes / (double)plan["assistant/decoder.onnx"].Parameters, 0.15);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300 << 20);
    }
}
