using System.Text.Json.Nodes;
using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Cafe.Training.Stages;
using Cafe.Training.Tests.Data;
using Cafe.Training.Tests.Running;

namespace Cafe.Training.Tests.Stages;

/// <summary>The configurations that ship with the program.</summary>
public sealed class MiniPlanTests : IDisposable
{
    private const int Samples = 16;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mini")]
    [InlineData("mini-gpu")]
    [InlineData("mini-short")]
    public void Plan_OfEveryShippedStage_CanBeRead(string plan)
    {
        var stages = StageFile.LoadPlan(Shipped(plan));
        Assert.Equal("pack", stages[^1].Kind);
        Assert.All(stages, stage => Assert.NotEmpty(StageTable.Find(stage.Kind).Plan(stage.Config)));
        AreInOrder(stages);
    }

    [Fact]
    public void Plan_OfAblationsAndDistillation_BuildsOnTheMiniPlanAndLeavesItsResultsAlone()
    {
        var mini = StageFile.LoadPlan(Shipped("mini"));
        var ablations = StageFile.LoadPlan(Shipped("mini-ablations"));
        AreInOrder([.. mini, .. ablations]);
        Assert.All(ablations, stage => Assert.StartsWith("ablations/", stage.Output, StringComparison.Ordinal));
        AreInOrder([.. mini, .. StageFile.LoadPlan(Shipped("mini-distillation"))]);
    }

    /// <summary>All stages at their shipped sizes, from a folder of cut-outs, with a few samples and one step each.</summary>
    [Theory]
    [InlineData("mini")]
    [InlineData("mini-gpu")]
    [InlineData("mini-short")]
    public void Run_OfTheShippedPlanInAFewSteps_EndsInAPackThatIsWhole(string plan)
    {
        Shrink(plan);
        var lines = new List<string>();
        var context = new StageContext(folder.Path, new SilentReport(), TimeProvider.System);
        var stages = StageFile.LoadPlan(folder.File("configs", plan));
        new StageRunner(context, lines.Add).Run(stages, TestContext.Current.CancellationToken);
        Assert.Equal(stages.Count, lines.Count);
        using var again = new StringWriter();
        new StageRunner(context, again.WriteLine).Run(stages, TestContext.Current.CancellationToken);
        Assert.Equal(stages.Count, again.ToString().Split("done already").Length - 1);

        var pack = PackFolder.Open(folder.File("packs", "pack"));
        Assert.All(new[] { pack.Manifest.Parts.Encoder, pack.Manifest.Parts.Assistant, pack.Manifest.Parts.Diffuser }, pack.CheckFiles);
        Assert.True(pack.Manifest.Trained);
        Assert.True(pack.Manifest.Encoder.Subject.Preprocess.CentreSubject);
        Assert.True(pack.Manifest.Diffuser.Conditioning.NormalizeSemantic);
        Assert.Equal(2, pack.Manifest.Diffuser.CoordinateChannels);
        Assert.True(File.Exists(pack.PathOf("samples/subject.png")));
        Assert.Equal(0.6875, pack.Manifest.Encoder.Subject.Preprocess.SubjectFill);
        Assert.Contains("CC0-1.0", File.ReadAllText(pack.PathOf("licenses/weights.txt")), StringComparison.Ordinal);
        UnpacksTo("diffusion/unet", "unet", ["diffuser/unet.onnx", "diffuser/conditioner.onnx"]);
        UnpacksTo("language", "llama", ["assistant/decoder.onnx"], ("assistant/embed_tokens.bin", "model.embed_tokens.weight"));
        UnpacksTo("assistant/cafe.safetensors", "heads", ["assistant/vision_projection.onnx", "assistant/semantic_head.onnx"], ("assistant/image_token.bin", "image_token"));
        UnpacksTo("clip", "clip-again", ["encoder/image.onnx", "encoder/text.onnx"]);
        if (plan == "mini")
        {
            RunOn(context, "mini-ablations");
            var stopped = Assert.Throws<InvalidDataException>(() => RunOn(context, "mini-distillation"));
            Assert.Contains("quadruplets", stopped.Message, StringComparison.Ordinal);
            WriteQuadruplets(folder.File("quadruplets", "own"));
            RunOn(context, "mini-distillation");
        }
    }

    // A plan on what another has made.
    private void RunOn(StageContext context, string plan)
    {
        Shrink(plan);
        var stages = StageFile.LoadPlan(folder.File("configs", plan));
        new StageRunner(context, _ => { }).Run(stages, TestContext.Current.CancellationToken);
        Assert.All(stages.Where(stage => stage.Kind == "pack"), stage => PackFolder.Open(folder.File([.. stage.Output.Split('/'), "pack"])));
    }

    // In `cafe distill`'s place.
    private static void WriteQuadruplets(string path)
    {
        Directory.CreateDirectory(path);
        File.WriteAllBytes(Path.Combine(path, "x.png"), PngEncoder.Encode(TestSubjects.Draw(2, 0)));
        File.WriteAllBytes(Path.Combine(path, "y.png"), PngEncoder.Encode(TestSubjects.Draw(3, 0).Over(new Rgb(10, 200, 30))));
        QuadrupletFolder.Append(path, 0, Enumerable.Range(0, 4).Select(i => new Quadruplet($"s{i}", "x.png", "y.png", [new ChatTurn(ChatTurn.User, "Put it on grass.")], "Here it is.", "thing on grass")));
    }

    // No result is written twice, and what a stage builds on was made before it.
    private static void AreInOrder(IReadOnlyList<StageFile> stages)
    {
        var outputs = stages.Select(stage => stage.Output).ToList();
        Assert.Equal(outputs.Count, outputs.Distinct().Count());
        Assert.All(stages, stage => Assert.All(stage.Needs, need => Assert.Contains(need, outputs.Take(outputs.IndexOf(stage.Output)))));
    }

    // What a pack keeps of a part is the part, in half precision.
    private void UnpacksTo(string trained, string output, string[] graphs, params (string File, string Name)[] rows)
    {
        var config = new JsonObject { ["stage"] = "unpack", ["output"] = output, ["pack"] = "packs/pack", ["graphs"] = new JsonArray([.. graphs.Select(graph => JsonValue.Create(graph))]) };
        config["rows"] = new JsonObject(rows.Select(kept => KeyValuePair.Create<string, JsonNode?>(kept.File, kept.Name)));
        File.WriteAllText(folder.File($"{output}.json"), config.ToJsonString());
        new StageRunner(new StageContext(folder.Path, new SilentReport(), TimeProvider.System), _ => { }).Run(StageFile.Load(folder.File($"{output}.json")), TestContext.Current.CancellationToken);
        using var before = Checkpoint.Open(folder.File(trained));
        using var after = Checkpoint.Open(folder.File(output));

        // What CLIP's loss is scaled by serves no graph.
        Assert.All(before.Tensors.Where(tensor => tensor.Name != "logit_scale"), tensor =>
        {
            var (wanted, found) = (tensor.ReadFloats(), after[tensor.Name].ReadFloats());
            Assert.Equal(tensor.Shape, after[tensor.Name].Shape);
            Assert.All(wanted.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-3 + (1e-3 * Math.Abs(pair.First))));
        });
    }

    private static string Shipped(string plan) => Path.Combine(AppContext.BaseDirectory, "configs", plan);

    private void Shrink(string plan)
    {
        var cutOuts = folder.File("sources", "things");
        Directory.CreateDirectory(cutOuts);
        for (var number = 0; number < 20; number++)
        {
            File.WriteAllBytes(Path.Combine(cutOuts, $"thing_{(char)('a' + number)}.png"), PngEncoder.Encode(TestSubjects.Draw(number, 0, 60 + number, 90)));
        }

        Directory.CreateDirectory(folder.File("configs", plan));
        File.Copy(Path.Combine(Shipped(plan), "plan.json"), folder.File("configs", plan, "plan.json"), overwrite: true);
        foreach (var stage in StageFile.LoadPlan(Shipped(plan)))
        {
            var config = JsonObject.Create(stage.Config)!;
            if (config["data"] is JsonObject data)
            {
                (data["noto"], data["emoji_test"], data["cut_out_licence"], data["held_out_share"]) = (null, null, "CC0-1.0", 0.3);
                data["cut_outs"] = new JsonArray("sources/things");
                data.Remove("fluent");
                data.Remove("twemoji");
                foreach (var part in data["parts"]!.AsArray())
                {
                    part!["count"] = Samples;
                }
            }

            if (config["training"] is JsonObject training)
            {
                (training["steps"], training["batch_size"], training["validate_every"]) = (1, 2, 0);
            }

            if (stage.Kind == "filter")
            {
                config["thresholds"] = new JsonObject { ["text"] = -1, ["subject"] = -1 };
            }

            if (stage.Kind == "evaluation_plan")
            {
                config["count"] = 2;
            }

            if (config["samples"] is JsonObject)
            {
                config["samples"] = new JsonObject { ["subject.png"] = "sources/things/thing_a.png" };
            }

            File.WriteAllText(folder.File("configs", plan, $"{stage.Name}.json"), config.ToJsonString());
        }
    }
}
