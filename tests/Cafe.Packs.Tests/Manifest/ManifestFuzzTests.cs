using System.Text.Json.Nodes;
using Cafe.Packs.Manifest;
using Cafe.Testing;
using Cafe.Testing.Fuzzing;

namespace Cafe.Packs.Tests.Manifest;

/// <summary>Mutated manifests: fields replaced, removed, renamed or nested, and plain bytes.</summary>
public sealed class ManifestFuzzTests
{
    private static readonly Func<Random, JsonNode?>[] Values =
    [
        _ => null,
        _ => true,
        _ => "",
        _ => "../../etc/passwd",
        _ => "encoder/subject.onnx",
        _ => "\u0000\uFFFF",
        _ => new string('x', 5000),
        _ => 0.5,
        _ => -1e308,
        random => random.Pick(Fuzz.Edges),
        _ => new JsonArray(),
        _ => new JsonObject(),
        _ => new JsonArray(1, "a", null),
    ];

    [Fact]
    public void Parse_MutatedManifests_ReadsOrRefuses()
    {
        var seeds = new List<byte[]> { ManifestWriter.ToBytes(SampleManifest.Create()), File.ReadAllBytes(Path.Combine(Repo.Root, "services", "packs", "mini", "manifest.json")) };
        var accepted = Fuzz.Run(1500, random => random.Next(3) == 0 ? Fuzz.MutateBytes(random.Pick(seeds), random) : MutateFields(random.Pick(seeds), random), Read);
        Assert.NotEqual(0, accepted);
    }

    private static bool Read(byte[] input)
    {
        try
        {
            // What is accepted can be written again, and every path stays in the pack.
            var manifest = ManifestReader.Parse(input);
            ManifestWriter.ToBytes(manifest);
            foreach (var file in manifest.Parts.Encoder.Files.Concat(manifest.Parts.Assistant.Files).Concat(manifest.Parts.Diffuser.Files))
            {
                Assert.True(PackPath.IsValid(file.Path));
            }

            return true;
        }
        catch (PackException)
        {
            return false;
        }
    }

    private static byte[] MutateFields(byte[] seed, Random random)
    {
        var root = JsonNode.Parse(seed)!.AsObject();
        for (var change = random.Next(1, 3); change > 0; change--)
        {
            Mutate(root, random);
        }

        return SampleManifest.Bytes(root);
    }

    private static void Mutate(JsonObject root, Random random)
    {
        // A path down from the top, ending anywhere.
        var node = root;
        while (random.Next(4) != 0 && node.Select(item => item.Value).OfType<JsonObject>().ToList() is { Count: > 0 } inner)
        {
            node = random.Pick(inner);
        }

        if (node.Count == 0)
        {
            return;
        }

        var (name, value) = random.Pick(node.ToList());
        switch (random.Next(6))
        {
            case 0:
                node.Remove(name);
                break;
            case 1:
                node.Remove(name);
                node[random.Next(2) == 0 ? "x_" + name : name.ToUpperInvariant()] = value;
                break;
            case 2 when value is JsonArray { Count: > 0 } array:
                array[random.Next(array.Count)] = random.Pick(Values)(random);
                break;
            case 3 when value is JsonArray { Count: > 0 } array:
                array.Add(random.Pick(array.ToList())?.DeepClone());
                break;
            case 4:
                node["extra"] = random.Pick(Values)(random);
                break;
            default:
                node[name] = random.Pick(Values)(random);
                break;
        }
    }
}
