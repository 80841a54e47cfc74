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

    public static TheoryData<string, Func<PackSources, PackSources>, string> Unservable => new()
    {
        { "a name of nothing", s => s with { Identity = s.Identity with { Name = "" } }, "name must be" },
        { "a version with a space", s => s with { Identity = s.Identity with { Version = "1 0" } }, "version must be" },
        { "more input channels than latents and coordinates", s => s with { Unet = s.Unet with { InChannels = 9 } }, "'in_channels' is 9" },
        { "no end token", s => s with { EosTokenIds = [] }, "assistant.tokenizer.eos_token_ids" },
        { "an end token outside the vocabulary", s => s with { EosTokenIds = [640] }, "assistant.tokenizer.eos_token_ids must be 0 to 639" },
        { "a schedule that nobody predicts", s => s with { Scheduler = Scheduler("prediction_type", "flow_prediction") }, "prediction_type" },
        { "a schedule that the sampler lacks", s => s with { Scheduler = Scheduler("algorithm_type", "sde-dpmsolver++") }, "algorithm_type" },
        { "an unknown field of the schedule", s => s with { Scheduler = Scheduler("fancy", "yes") }, "fancy" },
        { "more steps than were trained", s => s with { Identity = s.Identity with { Sampling = s.Identity.Sampling with { Steps = 1001 } } }, "diffuser.defaults.steps" },
        { "more pieces than the vocabulary", s => s with { Tokenizer = SyntheticSentencePiece.Create(641) }, "641 pieces" },
        { "a damaged tokenizer", s => s with { Tokenizer = [1, 2, 3] }, "tokenizer.model" },
        { "ids past CLIP's vocabulary", s => s with { ClipTokenizer = SyntheticClipTokenizer.Create(641) }, "the id 640" },
        { "a damaged vocab.json", s => s with { ClipTokenizer = new ClipTokenizerFiles([1], s.ClipTokenizer!.Merges) }, "vocab.json" },
    };

    [Theory]
    [MemberData(nameof(Unservable))]
    public void Build_WhatNoServiceWouldLoad_RefusedBeforeAnythingIsWritten(string what, Func<PackSources, PackSources> change, string named)
    {
        using var sources = change(SyntheticSources.Create(ModelConfigs.For(ModelPreset.Tiny), Identity, Seed));
        foreach (var attempt in new Action[] { () => PackBuilder.Plan(sources, new PackBuildOptions()), () => PackBuilder.Build(sources, new PackBuildOptions(), Target, _ => Assert.Fail("It began.")) })
        {
            var e = Record.Exception(attempt);
            Assert.True(e is CheckpointException or PackException && e.Message.Contains(named, StringComparison.Ordinal), $"{what}: {e}");
            Assert.False(Directory.Exists(Target) || Directory.Exists(Staging));
        }
    }

    private static System.Text.Json.JsonElement Scheduler(string field, string value)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(ModelConfigs.For(ModelPreset.Tiny).Scheduler.Json.GetRawText())!;
        json[field] = value;
        return System.Text.Json.JsonSerializer.SerializeToElement(json);
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
