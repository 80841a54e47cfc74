using System.Buffers.Binary;
using System.IO.Compression;
using Cafe.Modeling.Checkpoints;
using Cafe.Testing;
using Cafe.Testing.Fuzzing;

namespace Cafe.Modeling.Tests.Checkpoints.Fuzzing;

/// <summary>Mutated pytorch_model.bin files: instructions of the pickle, records of the archive, and plain bytes.</summary>
public sealed class PickleFuzzTests
{
    // Every opcode of the format, known to the reader or not.
    private const string Opcodes = "(.0123FIJKLMNPQRSTUVXabcdeghijlopqrstu)]}BCG@";

    [Fact]
    public void Read_MutatedPickles_ReadsOrRefuses()
    {
        var seeds = Seeds().ToList();
        var accepted = Fuzz.Run(
            2000,
            random =>
            {
                var (pickle, storages) = random.Pick(seeds);
                return Pickle.Archive(random.Next(5) == 0 ? Fuzz.MutateBytes(pickle, random) : MutateInstructions(pickle, random), storages);
            },
            Read);
        Assert.NotEqual(0, accepted);
    }

    [Fact]
    public void Read_MutatedArchives_ReadsOrRefuses()
    {
        var seeds = Seeds().Select(seed => Pickle.Archive(seed.Pickle, seed.Storages)).ToList();
        seeds.AddRange(Seeds().Select(seed => Zip64.Archive([("archive/data.pkl", seed.Pickle), .. seed.Storages])));
        seeds.Add(File.ReadAllBytes(Goldens.Path("llama-published-sharded-bin", "pytorch_model-00002-of-00002.bin")));
        Assert.NotEqual(0, Fuzz.Run(1000, random => MutateArchive(random.Pick(seeds), random), Read));
    }

    private static bool Read(byte[] input)
    {
        try
        {
            using var checkpoint = PyTorchReader.Read(new MemoryBytes("fuzz.bin", input));
            foreach (var tensor in checkpoint.Tensors)
            {
                Assert.InRange(tensor.ByteCount, 0, input.Length);
                tensor.WriteTo(Stream.Null);
            }

            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private static IEnumerable<(byte[] Pickle, (string, byte[])[] Storages)> Seeds()
    {
        (string, byte[])[] twelve = [("archive/data/0", Pickle.Floats(12)), ("archive/byteorder", "little"u8.ToArray())];
        yield return (Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [3, 4], [1, 3])).Item("b", p => p.Tensor("0", 12, 2, [4], [1])).Stop(), twelve);
        yield return (Pickle.Empty.Item("part", p => p.Raw('}').Item("weight", q => q.Tensor("0", 12, 0, [2, 2, 3], [6, 3, 1]))).Stop(), twelve);
        yield return (
            new Pickle(4).Global("collections", "OrderedDict").Raw(')').Raw('R').Raw(0x94).Item("w", p => p.Tensor("0", 12, 0, [12], [1])).Raw('}').Item("_metadata", p => p.Raw('}')).Raw('b').Stop(),
            twelve);

        // A published one: its pickle, over storages of the sizes that it names.
        using var archive = ZipFile.OpenRead(Goldens.Path("vit-published-bin", "pytorch_model.bin"));
        var entries = archive.Entries.ToDictionary(entry => entry.FullName["pytorch_model/".Length..], Bytes);
        yield return (entries["data.pkl"], [.. entries.Where(entry => entry.Key.StartsWith("data/", StringComparison.Ordinal)).Select(entry => ($"archive/{entry.Key}", entry.Value))]);

        static byte[] Bytes(ZipArchiveEntry entry)
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    private static byte[] MutateInstructions(byte[] pickle, Random random)
    {
        var instructions = Split(pickle);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(instructions.Count);
            switch (random.Next(7))
            {
                case 0:
                    instructions.RemoveAt(at);
                    break;
                case 1:
                    instructions.Insert(at, random.Pick(instructions));
                    break;
                case 2:
                    (instructions[at], instructions[^1]) = (instructions[^1], instructions[at]);
                    break;
                case 3:
                    instructions[at] = [(byte)random.Pick(Opcodes.ToList()), .. instructions[at].Skip(1)];
                    break;
                case 4:
                    instructions.Insert(at, [(byte)(0x80 + random.Next(0x19))]);
                    break;
                case 5:
                    // A number, under any of the forms that a size or offset may have.
                    instructions[at] = [0x8a, 8, .. BitConverter.GetBytes(random.Pick(Fuzz.Edges))];
                    break;
                default:
                    instructions[at] = Fuzz.MutateBytes(instructions[at], random);
                    break;
            }

            if (instructions.Count == 0)
            {
                break;
            }
        }

        return [.. instructions.SelectMany(instruction => instruction)];
    }

    // At the lengths that the format gives to each opcode's arguments.
    private static List<byte[]> Split(byte[] pickle)
    {
        var instructions = new List<byte[]>();
        for (var at = 0; at < pickle.Length;)
        {
            var length = pickle[at] switch
            {
                (byte)'J' or (byte)'j' or (byte)'r' => 5,
                (byte)'M' => 3,
                (byte)'K' or (byte)'h' or (byte)'q' or 0x80 => 2,
                (byte)'G' or 0x95 => 9,
                (byte)'X' => 5 + BinaryPrimitives.ReadInt32LittleEndian(pickle.AsSpan(at + 1)),
                0x8a or 0x8c => 2 + pickle[at + 1],
                (byte)'c' => 2 + Array.IndexOf(pickle, (byte)'\n', Array.IndexOf(pickle, (byte)'\n', at) + 1) - at - 1,
                _ => 1,
            };
            instructions.Add(pickle[at..(at + length)]);
            at += length;
        }

        return instructions;
    }

    private static byte[] MutateArchive(byte[] seed, Random random)
    {
        if (random.Next(4) == 0)
        {
            return Fuzz.MutateBytes(seed, random);
        }

        // Fields of the end record, of directory entries and of local headers become numbers at an edge.
        var bytes = (byte[])seed.Clone();
        var records = Records(bytes);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Pick(records) + random.Next(46);
            var edge = BitConverter.GetBytes(random.Pick(Fuzz.Edges)).AsSpan(0, random.Next(2) == 0 ? 2 : 4);
            if (at + edge.Length <= bytes.Length)
            {
                edge.CopyTo(bytes.AsSpan(at));
            }
        }

        return bytes;
    }

    private static List<int> Records(byte[] bytes)
    {
        var records = new List<int>();
        for (var at = bytes.AsSpan().IndexOf("PK"u8); at >= 0;)
        {
            records.Add(at);
            var next = bytes.AsSpan(at + 2).IndexOf("PK"u8);
            at = next < 0 ? -1 : at + 2 + next;
        }

        return records;
    }
}
