using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Imaging;
using Cafe.Inference.Sessions;
using Cafe.Testing;

namespace Cafe.Evaluation.Tests.Evaluators;

public sealed class EvaluatorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;
    private readonly SessionFactory sessions = new(new SessionSettings { Threads = 1 });

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Read_Classifiers_LabelsOfTheLargestLogit()
    {
        using var evaluator = Evaluator.Load(RandomEvaluators.Cnn(folder, ["beach", "snow"], ["crown", "hat"], ["sepia", "sketch"]), sessions);
        Picture[] pictures = [.. Enumerable.Range(0, 20).Select(i => Noise(i, 40, 50))];
        var readings = evaluator.Read(pictures);
        Assert.Equal(20, readings.Count);
        Assert.All(readings, reading => Assert.Contains(reading.Labels["accessory"], new[] { "crown", "hat", "none" }));

        // In a batch or alone, the same.
        var alone = evaluator.Read([pictures[17]])[0];
        Assert.Equal(1, Similarity.Cosine(alone.Embedding, readings[17].Embedding), 6);
        Assert.Equal(alone.Labels, readings[17].Labels);
        Assert.False(evaluator.HasText);
        Assert.Throws<EvaluatorException>(() => evaluator.Embed(["a dog"]));
    }

    [Fact]
    public void Read_Dino_ClassTokenOfTheExportedCheckpoint()
    {
        var golden = Path.Combine(folder, "golden");
        EvaluatorExport.Write(EvaluatorKind.Dino, Goldens.Path("vit-dino"), golden, new EvaluatorExportOptions { Name = "dino" });
        using var evaluator = Evaluator.Load(golden, sessions);
        var (first, second) = (Noise(1, 90, 70), Noise(2, 64, 64));
        var readings = evaluator.Read([first, second]);
        using var session = sessions.Open(Path.Combine(golden, "pictures.onnx"));
        var side = evaluator.Description.Preprocess.CropHeight;
        var pixels = new float[3 * side * side];
        second.ResizeShortestEdge(side).CenterCrop(side, side).ToTensor(Imaging.Tensors.PixelNormalization.ImageNet, pixels);
        using var input = Tensors.Of(pixels, 1, 3, side, side);
        using var result = session.Run(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> { ["pixel_values"] = input });
        var expected = result.Span<float>("last_hidden_state")[..readings[1].Embedding.Length].ToArray();
        Assert.Equal(1, Similarity.Cosine(expected, readings[1].Embedding), 6);
        Assert.True(Similarity.Cosine(readings[0].Embedding, readings[1].Embedding) < 0.99999);
    }

    [Fact]
    public void Embed_Clip_TextsBesidePictures()
    {
        using var evaluator = Evaluator.Load(RandomEvaluators.Clip(folder), sessions);
        var texts = evaluator.Embed(["a dog on the beach", "a dog in the snow", "a dog on the beach"]);
        Assert.Equal(evaluator.Read([Noise(1, 32, 32)])[0].Embedding.Length, texts[0].Length);
        Assert.Equal(1, Similarity.Cosine(texts[0], texts[2]), 6);
        Assert.True(Similarity.Cosine(texts[0], texts[1]) < 0.99999);
    }

    [Fact]
    public void Write_LabelsDoNotFitTheHeads_NamedError()
    {
        RandomEvaluators.Cnn(folder, ["beach", "snow"], ["crown", "hat"], ["sepia", "sketch"]);
        var error = Assert.Throws<EvaluatorException>(() => EvaluatorExport.Write(
            EvaluatorKind.PictureCnn, Path.Combine(folder, "checkpoint"), folder, new EvaluatorExportOptions { Name = "x", Side = 32 }));
        Assert.Contains("scene (2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BrokenFolders_SayWhatIsWrong()
    {
        Assert.Contains("evaluator.json", Assert.Throws<EvaluatorException>(() => Evaluator.Load(folder, sessions)).Message, StringComparison.Ordinal);
        RandomEvaluators.Dino(folder);
        var path = Path.Combine(folder, "evaluator.json");
        var good = File.ReadAllText(path);
        File.WriteAllText(path, good.Replace("last_hidden_state", "pooled", StringComparison.Ordinal));
        Assert.Contains("pooled", Assert.Throws<EvaluatorException>(() => Evaluator.Load(folder, sessions)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, good.Replace("/1", "/2", StringComparison.Ordinal));
        Assert.Contains("cafe-evaluator/2", Assert.Throws<EvaluatorException>(() => Evaluator.Load(folder, sessions)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, good);
        File.Delete(Path.Combine(folder, "pictures.onnx"));
        Assert.Throws<EvaluatorException>(() => Evaluator.Load(folder, sessions));
    }

    private static Picture Noise(int seed, int width, int height)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new Picture(width, height, pixels);
    }
}
