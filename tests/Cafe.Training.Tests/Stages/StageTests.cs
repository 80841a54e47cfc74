using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Training.Conversations;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Tests.Stages;

/// <summary>Every stage on a world of coloured squares, each building on what those before it wrote: losses fall, and what is written is read by the graphs that are served.</summary>
public sealed class StageTests
{
    private const string Training = """ "training": { "steps": 30, "batch_size": 8, "log_every": 10, "ema_decay": 0.5, "learning_rate": { "peak": 0.004, "warm_up": 3 } } """;

    private const string Autoencoder = $$"""
        { "stage": "autoencoder", "output": "autoencoder", "stores": ["data/train"], "validation": "data/train", "crop": 8,
          "model": { "block_out_channels": [8, 8], "latent_channels": 3, "norm_num_groups": 4, "layers_per_block": 1, "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
                     "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"] },
          "training": { "steps": 30, "batch_size": 8, "log_every": 10, "validate_every": 30, "ema_decay": 0.5, "learning_rate": { "peak": 0.004, "warm_up": 3 } } }
        """;

    private const string Features = """
        { "stage": "features", "output": "features", "store": "data/train", "autoencoder": "autoencoder", "reference_latents": true, "clip": "clip", "subject_encoder": "subject", "batch_size": 7 }
        """;

    private const string Clip = $$"""
        { "stage": "clip", "output": "clip", "stores": ["data/train", "data/words"],
          "model": { "projection_dim": 6,
            "text_config": { "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "vocab_size": 20, "max_position_embeddings": 8, "eos_token_id": 2 },
            "vision_config": { "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "image_size": 16, "patch_size": 4 } },
          {{Training}} }
        """;

    private const string Subject = $$"""
        { "stage": "subject_encoder", "output": "subject", "stores": ["data/train", "first"], "autoencoder": "autoencoder",
          "model": { "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 16, "patch_size": 4 }, {{Training}} }
        """;

    private const string Language = $$"""
        { "stage": "language_model", "output": "llama", "store": "data/words",
          "model": { "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 24, "max_position_embeddings": 64 }, {{Training}} }
        """;

    private const string Assistant = $$"""
        { "stage": "assistant", "output": "assistant", "language_model": "llama", "stores": ["data/words", "features"], "references": "features",
          "validation_stores": ["data/words", "features"], "validation_references": "features", "distance": "negative_cosine", {{Training}} }
        """;

    private const string Predicted = """
        { "stage": "predicted_semantic", "output": "predicted", "language_model": "llama", "assistant": "assistant", "stores": ["data/words", "features"], "references": "features", "semantic_width": 6 }
        """;

    private const string UNetConfiguration = $$"""
        { "stage": "unet", "output": "diffuser", "autoencoder": "autoencoder", "semantic_width": 6, "subject_width": 8, "reference_size": 16,
          "model": { "in_channels": 5, "out_channels": 3, "block_out_channels": [8, 8], "attention_head_dim": [2, 2], "layers_per_block": 1, "norm_num_groups": 4, "use_linear_projection": true,
                     "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"], "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"] },
          "diffusion": { "coordinate_channels": true, "learn_null": true, "predicted_semantic": 0.5, "alignment_weight": 0.1, "subject_weight": 1 },
          "phases": [ { "stores": ["data/train", "features", "predicted"], "references": "features" } ], {{Training}} }
        """;

    private const string Evaluator = $$"""
        { "stage": "evaluator", "output": "evaluator", "stores": ["data/train"], "validation": "data/train",
          "model": { "channels": [8, 16], "width": 16, "norm_num_groups": 4, "heads": { "scene": 3 } }, "labels": { "scene": ["red", "green", "blue"] }, "reference_views": {},
          "training": { "steps": 30, "batch_size": 8, "log_every": 10, "validate_every": 30, "ema_decay": 0.5, "learning_rate": { "peak": 0.004, "warm_up": 3 } } }
        """;

    [Fact]
    public void Run_OfEveryStageInOrder_LearnsAndWritesWhatTheServedGraphsRead()
    {
        using var world = new SmallWorld();
        Learns(world, Autoencoder);
        world.Run("""{ "stage": "features", "output": "first", "store": "data/train", "autoencoder": "autoencoder", "reference_latents": true }""");
        Learns(world, Clip);
        Learns(world, Subject);
        world.Run(Features);
        Learns(world, Language);
        Learns(world, Assistant);
        world.Run(Predicted);
        Learns(world, UNetConfiguration);
        Learns(world, Evaluator);

        var context = world.Context();
        Assert.True(context.ReadConfig("autoencoder").Number("scaling_factor") > 0);
        Assert.Equal([SmallWorld.Count, 17L, 8L], Shape(world, "features", SampleFields.Patches));
        Assert.Equal([SmallWorld.Count, 6L, 8L, 8L], Shape(world, "features", SampleFields.Latents));
        Assert.Equal([SmallWorld.Count, 6L], Shape(world, "predicted", SampleFields.PredictedSemantic));
        Reads(world, "autoencoder", AutoencoderKl.BuildDecoder(AutoencoderKlConfig.From(context.ReadConfig("autoencoder"))));
        Reads(world, "clip", Modeling.Architectures.Clip.BuildVision(ClipConfig.From(context.ReadConfig("clip"))));
        Reads(world, "subject", Dinov2.Build(Dinov2Config.From(context.ReadConfig("subject")), 16, 16));
        Reads(world, "llama", Llama.Plain(LlamaConfig.From(context.ReadConfig("llama"))));
        Reads(world, "evaluator", PictureCnn.Build(PictureCnnConfig.From(context.ReadConfig("evaluator"))));
        using var unet = Checkpoint.Open(world.File("diffuser", "unet"));
        var config = UNetConfig.From(context.ReadConfig("diffuser/unet"), unet);
        Reads(world, "diffuser/unet", UNet.Build(config));
        Reads(world, "diffuser/unet", UNet.BuildConditioner(config));
        Assert.True(File.Exists(world.File("diffuser", "scheduler", "scheduler_config.json")));
        using var nulls = Checkpoint.Open(world.File("diffuser", "cafe.safetensors"));
        Assert.Equal([1, 6], nulls[CafeWeights.NullSemantic].Shape);
        using var own = Checkpoint.Open(world.File("assistant", "cafe.safetensors"));
        Assert.Equal([6, 16], own[CafeAssistant.SemanticHeadWeight].Shape);
    }

    [Fact]
    public void Run_OfADoneStage_IsLeftOutUntilItsConfigurationOrItsNeedsChange()
    {
        using var world = new SmallWorld();
        var lines = new List<string>();
        var runner = new StageRunner(world.Context(), lines.Add);
        var stage = Load(world, """{ "stage": "features", "output": "out", "needs": ["data/train"], "store": "data/train" }""");
        runner.Run([stage], CancellationToken.None);
        runner.Run([stage], CancellationToken.None);
        Assert.Contains("done in", lines[0], StringComparison.Ordinal);
        Assert.Contains("done already", lines[1], StringComparison.Ordinal);
        Assert.False(runner.IsDone(Load(world, """{ "stage": "features", "output": "out", "needs": ["data/train"], "store": "data/train", "batch_size": 4 }""")));
        File.WriteAllText(world.File("data", "train", "done.json"), """{ "hash": "another", "seconds": 1 }""");
        Assert.False(runner.IsDone(stage));
    }

    [Fact]
    public void Load_OfAnUnknownField_NamesIt()
    {
        using var world = new SmallWorld();
        var e = Assert.Throws<ArgumentException>(() => world.Run("""{ "stage": "features", "output": "out", "store": "data/train", "bach_size": 4 }"""));
        Assert.Contains("bach_size", e.Message, StringComparison.Ordinal);
        Assert.Contains("'features'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfAnUnknownStage_ListsThoseThatThereAre()
    {
        var e = Assert.Throws<ArgumentException>(() => StageTable.Find("vae"));
        Assert.Contains("autoencoder", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""", "learn_from": ["data/train"], "published": { "assistant": "llama", "captions": "clip" }""")]
    public void Run_OfTokensWithNeitherOrBothVocabularies_SaysThatOneIsNeeded(string fields)
    {
        using var world = new SmallWorld();
        var e = Assert.Throws<ArgumentException>(() => world.Run($$"""{ "stage": "tokens", "output": "tokens", "parts": []{{fields}} }"""));
        Assert.Contains("learn_from", e.Message, StringComparison.Ordinal);
    }

    private static StageFile Load(SmallWorld world, string json)
    {
        File.WriteAllText(world.File("stage.json"), json);
        return StageFile.Load(world.File("stage.json"));
    }

    [Fact]
    public void Run_OfTheUNetOnTheUnionWithSelfGeneratedSamples_LearnsFromBoth()
    {
        using var world = new SmallWorld();
        world.Run(Autoencoder);
        world.Run("""{ "stage": "features", "output": "first", "store": "data/train", "autoencoder": "autoencoder", "reference_latents": true }""");
        world.Run(Clip);
        world.Run(Subject);
        world.Run(Features);
        Directory.CreateDirectory(world.File("made"));
        var picture = PngEncoder.Encode(Picture.Filled(20, 20, new Rgb(200, 40, 60)));
        File.WriteAllBytes(world.File("made", "x.png"), picture);
        File.WriteAllBytes(world.File("made", "y.png"), picture);
        QuadrupletFolder.Append(world.File("made"), 0, Enumerable.Range(0, 6).Select(i => new Quadruplet($"q{i}", "x.png", "y.png", [new ChatTurn(ChatTurn.User, "Show it.")], i == 0 ? "" : "Here it is.", "thing")));
        world.Run("""{ "stage": "quadruplets", "output": "own", "source": "made", "target_side": 16, "reference_side": 16 }""");
        Assert.Equal([1L, 2, 3, 4, 5], ConversationFile.Read(world.File("own", "conversations.jsonl")).Select(line => line.Sample));
        world.Run(Features.Replace("data/train", "own", StringComparison.Ordinal).Replace("\"output\": \"features\"", "\"output\": \"own-features\"", StringComparison.Ordinal));
        Learns(world, UNetConfiguration
            .Replace("\"predicted_semantic\": 0.5, ", "", StringComparison.Ordinal)
            .Replace("""{ "stores": ["data/train", "features", "predicted"], "references": "features" }""", """
                { "stores": ["data/train", "features"], "references": "features", "union": [ { "stores": ["own", "own-features"], "references": "own-features" } ] }
                """, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_OfTheDecoderAlone_LeavesEveryLatentAsItWas()
    {
        using var world = new SmallWorld();
        world.Run(Autoencoder);
        world.Run(Autoencoder
            .Replace("\"output\": \"autoencoder\"", "\"output\": \"finer\", \"decoder_only\": true", StringComparison.Ordinal)
            .Replace("\"steps\": 30", "\"steps\": 3, \"start_from\": \"autoencoder\"", StringComparison.Ordinal));
        using var before = Checkpoint.Open(world.File("autoencoder"));
        using var after = Checkpoint.Open(world.File("finer"));
        Assert.Equal(before.Tensors.Count, after.Tensors.Count);
        Assert.All(before.Tensors.Where(t => t.Name.StartsWith("encoder.", StringComparison.Ordinal) || t.Name.StartsWith("quant_conv.", StringComparison.Ordinal)), t => Assert.Equal(t.ReadFloats(), after[t.Name].ReadFloats()));
        Assert.NotEqual(before["decoder.conv_in.weight"].ReadFloats(), after["decoder.conv_in.weight"].ReadFloats());
    }

    [Fact]
    public void Run_OfTheDecoderAloneFromNothing_IsRefused()
    {
        using var world = new SmallWorld();
        var e = Assert.Throws<ArgumentException>(() => world.Run(Autoencoder.Replace("\"output\"", "\"decoder_only\": true, \"output\"", StringComparison.Ordinal)));
        Assert.Contains("start_from", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StartWithout_BeginsAnewInWhatIsNamedAlone()
    {
        using var world = new SmallWorld();
        world.Run(Autoencoder);
        var again = Autoencoder.Replace("\"output\": \"autoencoder\"", "\"output\": \"again\"", StringComparison.Ordinal).Replace("\"peak\": 0.004", "\"peak\": 1e-12", StringComparison.Ordinal);
        world.Run(again.Replace("\"steps\": 30", "\"steps\": 1, \"start_from\": \"autoencoder\", \"start_without\": [\"encoder.conv_in\"]", StringComparison.Ordinal));
        using var before = Checkpoint.Open(world.File("autoencoder"));
        using var after = Checkpoint.Open(world.File("again"));
        Assert.NotEqual(before["encoder.conv_in.weight"].ReadFloats(), after["encoder.conv_in.weight"].ReadFloats());
        Assert.All(before.Tensors.Where(t => !t.Name.Contains("encoder.conv_in", StringComparison.Ordinal)), t => Assert.All(t.ReadFloats().Zip(after[t.Name].ReadFloats()), pair => Assert.Equal(pair.First, pair.Second, 1e-6)));

        foreach (var (wrong, said) in new[] { ("\"start_from\": \"autoencoder\", \"start_without\": [\"conv_on\"]", "conv_on"), ("\"start_without\": [\"conv_in\"]", "needs start_from") })
        {
            var other = again.Replace("\"again\"", "\"other\"", StringComparison.Ordinal).Replace("\"steps\": 30", $"\"steps\": 1, {wrong}", StringComparison.Ordinal);
            Assert.Contains(said, Assert.Throws<ArgumentException>(() => world.Run(other)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Run_StartShare_WritesThatShareOfTheStartAndTheRestOfWhatWasTrained()
    {
        using var world = new SmallWorld();
        world.Run(Autoencoder);
        var trained = More("trained", "");
        world.Run(trained);
        world.Run(More("shared", ", \"start_share\": 0.25"));
        using var before = Checkpoint.Open(world.File("autoencoder"));
        using var alone = Checkpoint.Open(world.File("trained"));
        using var shared = Checkpoint.Open(world.File("shared"));
        Assert.NotEqual(before["decoder.conv_in.weight"].ReadFloats(), alone["decoder.conv_in.weight"].ReadFloats());
        Assert.All(before.Tensors, tensor =>
        {
            var wanted = tensor.ReadFloats().Zip(alone[tensor.Name].ReadFloats(), (start, end) => (0.25f * start) + (0.75f * end));
            Assert.All(wanted.Zip(shared[tensor.Name].ReadFloats()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        });

        Assert.Contains("start_share", Assert.Throws<ArgumentException>(() => world.Run(More("other", ", \"start_share\": 1"))).Message, StringComparison.Ordinal);
        var nothing = trained.Replace("\"trained\"", "\"nothing\"", StringComparison.Ordinal).Replace("\"start_from\": \"autoencoder\"", "\"start_share\": 0.5", StringComparison.Ordinal);
        Assert.Contains("needs start_from", Assert.Throws<ArgumentException>(() => world.Run(nothing)).Message, StringComparison.Ordinal);

        static string More(string output, string share) => Autoencoder
            .Replace("\"output\": \"autoencoder\"", $"\"output\": \"{output}\"", StringComparison.Ordinal)
            .Replace("\"steps\": 30", $"\"steps\": 3, \"start_from\": \"autoencoder\"{share}", StringComparison.Ordinal);
    }

    private static void Learns(SmallWorld world, string json)
    {
        var points = world.Run(json).Points;
        Assert.True(points[^1].Loss < points[0].Loss, $"{json[..60]}: {points[0].Loss} to {points[^1].Loss}");
    }

    private static long[] Shape(SmallWorld world, string store, string field)
    {
        using var opened = TensorStore.Open(world.File(store));
        return [opened.Count, .. opened.Field(field).Shape];
    }

    private static void Reads(SmallWorld world, string folder, Graph graph)
    {
        using var checkpoint = Checkpoint.Open(world.File(folder));
        foreach (var (name, shape) in graph.PublishedWeights)
        {
            Assert.Equal(shape, checkpoint[name].Shape);
        }
    }
}
