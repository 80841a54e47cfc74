using System.Collections.Immutable;
using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Published;

namespace Cafe.Training.Rehearsal;

/// <summary>Random models in published folders, and samples of plain colours.</summary>
internal static class MadeUpInputs
{
    private const ulong Seed = 1;
    private const int Samples = 6, Shards = 2;

    public static void WritePart(PublishedPart part, ModelConfigs configs, string folder)
    {
        var config = part.ConfigOf(configs);
        var specs = part.Specs(config);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.Json.GetRawText());
        using var weights = SyntheticWeights.For(part.Folder, [], Seed, TensorType.Float32, [.. specs.Select(spec => (spec.Name, spec.Shape.ToImmutableArray()))]);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), weights.Tensors);
        if (part.Architecture == PublishedArchitecture.Llama)
        {
            File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), SyntheticSentencePiece.Create(config.Int("vocab_size")));
        }

        if (part.Architecture == PublishedArchitecture.Clip)
        {
            var words = SyntheticClipTokenizer.Create(Modeling.Architectures.ClipConfig.From(config).VocabSize);
            File.WriteAllBytes(Path.Combine(folder, "vocab.json"), words.Vocab);
            File.WriteAllBytes(Path.Combine(folder, "merges.txt"), words.Merges);
        }
    }

    /// <summary>A folder as several workers leave it, with a shard each.</summary>
    public static void WriteQuadruplets(string folder, int side)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            QuadrupletFolder.Append(folder, shard, Enumerable.Range(0, Samples).Select(number => WriteSample(folder, $"{shard}-{number}", (shard * Samples) + number, side)));
        }
    }

    private static Quadruplet WriteSample(string folder, string id, int number, int side)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        var (subject, target) = ($"pictures/{id}-x.png", $"pictures/{id}-y.png");
        var (colour, ground) = ((byte)(20 * number), (byte)(255 - (20 * number)));
        File.WriteAllBytes(Path.Combine(folder, subject), PngEncoder.Encode(Picture.Filled(side, side, new Rgb(colour, 90, ground))));
        File.WriteAllBytes(Path.Combine(folder, target), PngEncoder.Encode(Picture.Filled(side, side, new Rgb(ground, colour, 60))));
        return new Quadruplet(id, subject, target, [new ChatTurn(ChatTurn.User, "Can you draw this on a beach?")], $"Here is your subject, number {number}, on a beach.", "a thing on a beach");
    }
}
