using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cafe.Modeling.Checkpoints;
using Cafe.Testing;
using Cafe.Testing.Fuzzing;

namespace Cafe.Modeling.Tests.Checkpoints.Fuzzing;

/// <summary>Mutated safetensors files: the header's length, its numbers, types and entries, and plain bytes.</summary>
public sealed partial class SafetensorsFuzzTests
{
    private static readonly string[] Values = ["null", "true", "\"F32\"", "[]", "{}", "1.5", "1e999", "[0,8]", "\"\\ud800\"", "18446744073709551616"];
    private static readonly string[] Types = ["F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL", "F8_E4M3", "f32", ""];

    [Fact]
    public void Read_MutatedFiles_ReadsOrRefuses()
    {
        var seeds = Seeds().ToList();
        var accepted = Fuzz.Run(3000, random => Mutate(random.Pick(seeds), random), Read);

        // Were everything refused, only the first check would be tested.
        Assert.NotEqual(0, accepted);
    }

    private static bool Read(byte[] input)
    {
        try
        {
            using var checkpoint = SafetensorsReader.Read(new MemoryBytes("fuzz.safetensors", input));
            Assert.InRange(checkpoint.Tensors.Sum(tensor => tensor.ByteCount), 0, input.Length);
            foreach (var tensor in checkpoint.Tensors)
            {
                tensor.WriteTo(Stream.Null);
            }

            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private static IEnumerable<byte[]> Seeds()
    {
        yield return File.ReadAllBytes(Goldens.Path("cafe-assistant", "cafe.safetensors"));
        yield return File.ReadAllBytes(Goldens.Path("cafe-assistant", "io.safetensors"));
        yield return File.ReadAllBytes(Goldens.Path("llama-tied-sharded-bf16", "model-00006-of-00006.safetensors"));
        yield return File.ReadAllBytes(Goldens.Path("schedulers", "ddim-epsilon-leading-5.safetensors"));
        using var every = new MemoryStream();
        SafetensorsWriter.Write(
            every,
            Enum.GetValues<TensorType>().Select(type => new MemoryTensor($"{type}", type, [2, 1, 3], new byte[6 * type.Size()])),
            new Dictionary<string, string> { ["format"] = "pt" });
        yield return every.ToArray();
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(4) == 0)
        {
            return Fuzz.MutateBytes(seed, random);
        }

        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(seed);
        var header = Encoding.UTF8.GetString(seed, 8, length);
        for (var change = random.Next(1, 3); change > 0; change--)
        {
            header = MutateHeader(header, random);
        }

        var bytes = Encoding.UTF8.GetBytes(header);
        var data = seed.AsSpan(8 + length);
        if (random.Next(8) == 0)
        {
            data = data[..random.Next(data.Length + 1)];
        }

        var file = new byte[8 + bytes.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, random.Next(10) == 0 ? random.Pick(Fuzz.Edges) : bytes.Length);
        bytes.CopyTo(file, 8);
        data.CopyTo(file.AsSpan(8 + bytes.Length));
        return file;
    }

    private static string MutateHeader(string header, Random random)
    {
        var numbers = Number().Matches(header);
        var entries = Entry().Matches(header);
        switch (random.Next(7))
        {
            case 0 or 1 when numbers.Count > 0:
                return Replace(header, random.Pick(numbers), random.Pick(Fuzz.Edges).ToString(CultureInfo.InvariantCulture));
            case 2 when numbers.Count > 0:
                return Replace(header, random.Pick(numbers), random.Pick(Values));
            case 3 when Type().Matches(header) is { Count: > 0 } types:
                return Replace(header, random.Pick(types), random.Pick(Types));
            case 4 when entries.Count > 0:
                // An entry twice, or the name of another.
                var entry = random.Pick(entries);
                return random.Next(2) == 0 ? header.Insert(entry.Index, entry.Value + ",") : header.Replace(entry.Groups[1].Value, random.Pick(entries).Groups[1].Value, StringComparison.Ordinal);
            case 5 when entries.Count > 0:
                return Replace(header, random.Pick(entries), $"\"x\":{random.Pick(Values)}");
            default:
                // Swapping two numbers of like length keeps everything well-formed.
                var (one, other) = (random.Pick(numbers), random.Pick(numbers));
                return one.Length == other.Length && one.Index < other.Index ? Replace(Replace(header, other, one.Value), one, other.Value) : header + new string(' ', random.Next(9));
        }
    }

    private static string Replace(string text, Match match, string replacement) => text.Remove(match.Index, match.Length).Insert(match.Index, replacement);

    [GeneratedRegex(@"(?<=[\[,])\d+(?=[\],])")]
    private static partial Regex Number();

    [GeneratedRegex("(?<=\"dtype\":\")[A-Z0-9_]+")]
    private static partial Regex Type();

    [GeneratedRegex("(\"[^\"]*\"):\\{\"dtype\"[^}]*\\}")]
    private static partial Regex Entry();
}
