using System.Text;
using System.Text.RegularExpressions;
using Cafe.Modeling.Checkpoints;
using Cafe.Testing.Fuzzing;

namespace Cafe.Modeling.Tests.Checkpoints.Fuzzing;

/// <summary>Mutated model.safetensors.index.json files beside two sound shards: names, files, entries, other JSON, and plain bytes.</summary>
public sealed partial class ShardIndexFuzzTests : IDisposable
{
    private const string Seed = """{"metadata":{"total_size":48},"weight_map":{"a":"one.safetensors","b.weight":"one.safetensors","c":"two.safetensors"}}""";

    private static readonly string[] Strings =
        ["\"a\"", "\"c\"", "\"one.safetensors\"", "\"two.safetensors\"", "\"three.safetensors\"", "\"\"", "\"..\"", "\"../one.safetensors\"", "\"/etc/passwd\"", "\"one.safetensors\\u0000\"", "\"\\ud800\"", "\"\\u0061\"", "\"index.json\"", "\"weight_map\"", "\"one.bin\""];

    private static readonly string[] Values = ["null", "true", "[]", "{}", "1e999", "[[[[[[[[[1]]]]]]]]]", "{\"a\":{}}", "18446744073709551616"];

    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;

    public ShardIndexFuzzTests()
    {
        SafetensorsWriter.Write(Path.Combine(folder, "one.safetensors"), [MemoryTensor.FromFloats("a", [4], new float[4]), MemoryTensor.FromFloats("b.weight", [2, 2], new float[4])]);
        SafetensorsWriter.Write(Path.Combine(folder, "two.safetensors"), [MemoryTensor.FromFloats("c", [4], new float[4])]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Open_MutatedIndexes_ReadsOrRefuses()
    {
        var accepted = Fuzz.Run(1000, Mutate, Read);
        Assert.NotEqual(0, accepted);
    }

    private bool Read(byte[] input)
    {
        var path = Path.Combine(folder, "model.safetensors.index.json");
        File.WriteAllBytes(path, input);
        try
        {
            using var checkpoint = Checkpoint.Open(path);
            Assert.Equal(["a", "b.weight", "c"], checkpoint.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private static byte[] Mutate(Random random)
    {
        if (random.Next(4) == 0)
        {
            return Fuzz.MutateBytes(Encoding.UTF8.GetBytes(Seed), random);
        }

        var text = Seed;
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var strings = Text().Matches(text);
            if (strings.Count == 0)
            {
                break;
            }

            var at = random.Pick(strings);
            text = random.Next(6) switch
            {
                0 => Replace(text, at, random.Pick(Strings)),
                1 => Replace(text, at, random.Pick(Values)),
                2 => Replace(text, at, random.Pick(strings).Value),
                3 when Entry().Matches(text) is { Count: > 0 } entries => Replace(text, random.Pick(entries), $"{random.Pick(Strings)}:{random.Pick(Strings)}"),
                4 when Entry().Matches(text) is { Count: > 0 } entries => text.Insert(random.Pick(entries).Index, random.Pick(entries).Value + ","),
                _ => text.Insert(at.Index, new string(' ', random.Next(1, 9))),
            };
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static string Replace(string text, Match match, string replacement) => text.Remove(match.Index, match.Length).Insert(match.Index, replacement);

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Text();

    [GeneratedRegex("\"[^\"]*\":\"[^\"]*\"")]
    private static partial Regex Entry();
}
