using System.Diagnostics;
using System.Globalization;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Benchmarks.Streaming;

/// <summary>
/// Builds an int4 pack from an fp16 checkpoint of Llama-2-7B's dimensions (13 GB, random weights made on the spot) and reports minutes and the
/// peak of anonymous memory. The other parts are the tiny preset's.
/// </summary>
internal static class StreamingBuild
{
    /// <summary>Layers of Llama-2-7B.</summary>
    public const int Layers = 32;

    private const long ShardBytes = 5L << 30;

    private static string SevenB(int layers) => $$"""
        {
          "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": {{layers}}, "num_attention_heads": 32, "num_key_value_heads": 32,
          "intermediate_size": 11008, "vocab_size": 32000, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "tie_word_embeddings": false
        }
        """;

    /// <param name="folder">Made, and removed at the end; needs 18 GB, or 0.6 GB a layer.</param>
    /// <param name="layers">1 to <see cref="Layers"/>: fewer make a quicker trial of the same widths.</param>
    /// <param name="limit">The peak that is allowed, in bytes.</param>
    /// <returns>Whether the peak stayed below the limit.</returns>
    public static bool Run(string folder, int layers, long limit, TextWriter output)
    {
        using var memory = new AnonymousMemory();
        Directory.CreateDirectory(folder);
        try
        {
            var configs = ModelConfigs.For(ModelPreset.Tiny) with { Llama = ModelConfig.Parse("llama.json", System.Text.Encoding.UTF8.GetBytes(SevenB(layers))) };
            using var synthetic = SyntheticSources.Create(configs, SynthPack.Identity("streaming", ModelPreset.Tiny), 1, TensorType.Float16);
            var checkpoint = Path.Combine(folder, "llama");
            var seconds = Time(() =>
            {
                Directory.CreateDirectory(checkpoint);
                SafetensorsWriter.WriteSharded(checkpoint, "model", synthetic.LlamaWeights.Tensors, ShardBytes);
            });
            Report(output, "checkpoint written", seconds, memory, checkpoint);

            var pack = Path.Combine(folder, "pack");
            using var weights = Checkpoint.Open(checkpoint);
            seconds = Time(() => PackBuilder.Build(synthetic with { LlamaWeights = weights }, new PackBuildOptions(PackTarget.Cpu, PackPrecision.Int4), pack));
            Report(output, "int4 pack built", seconds, memory, pack);
            return memory.Peak < limit;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private static void Report(TextWriter output, string step, double seconds, AnonymousMemory memory, string folder)
    {
        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step}: {bytes / 1e9:0.00} GB in {seconds / 60:0.0} minutes; peak anonymous memory so far {memory.Peak / (1 << 20)} MiB"));
    }
}
