using System.IO.Compression;
using Cafe.Modeling.Checkpoints;
using CsCheck;

namespace Cafe.Modeling.Tests.Checkpoints;

public sealed class PyTorchTests
{
    private static readonly (string, byte[])[] Twelve = [("archive/data/0", Pickle.Floats(12)), ("archive/byteorder", "little"u8.ToArray())];

    [Fact]
    public void Read_ViewsOfOneStorage_ElementsGathered() =>
        (from sizes in Gen.Int[1, 4].Array[1, 3] from order in Gen.Shuffle(new[] { 0, 1, 2 }) from offset in Gen.Int[0, 5] select (sizes, order, offset)).Sample(view =>
        {
            var shape = view.sizes.Select(size => (long)size).ToArray();
            var strides = new long[shape.Length];
            var step = 1L;
            foreach (var d in view.order.Where(d => d < shape.Length))
            {
                strides[d] = step;
                step *= shape[d];
            }

            var count = view.offset + (int)step;
            var expected = new List<float>();
            Walk(0, view.offset);
            using var checkpoint = Read(Pickle.Empty.Item("w", p => p.Tensor("0", count, view.offset, shape, strides)).Stop(), ("archive/data/0", Pickle.Floats(count)));
            Assert.Equal(expected, checkpoint["w"].ReadFloats());

            // Any part reads as the whole does.
            var part = new float[expected.Count - (expected.Count / 2)];
            checkpoint["w"].ReadFloats(expected.Count / 2, part);
            Assert.Equal(expected.Skip(expected.Count / 2), part);

            void Walk(int d, long at)
            {
                if (d == shape.Length)
                {
                    expected.Add(at);
                    return;
                }

                for (var i = 0; i < shape[d]; i++)
                {
                    Walk(d + 1, at + (i * strides[d]));
                }
            }
        });

    [Fact]
    public void Read_ModuleStateWithMetadataAndParameters_TensorsRead()
    {
        // OrderedDict(), an item that is a Parameter, then the dict's own state {'_metadata': {}}.
        var pickle = new Pickle().Global("collections", "OrderedDict").Raw(')').Raw('R')
            .Item("w", p => p.Global("torch._utils", "_rebuild_parameter").Raw('(').Tensor("0", 12, 0, [3, 4], [4, 1]).Raw(0x88).Global("collections", "OrderedDict").Raw(')').Raw('R').Raw('t').Raw('R'))
            .Raw('}').Item("_metadata", p => p.Raw('}')).Raw('b')
            .Stop();
        using var checkpoint = Read(pickle, Twelve);
        Assert.Equal([3L, 4L], checkpoint["w"].Shape);
    }

    [Fact]
    public void Read_DictOfDicts_DottedNames()
    {
        var pickle = Pickle.Empty.Item("image_proj", p => p.Raw('}').Item("weight", q => q.Tensor("0", 12, 0, [12], [1]))).Stop();
        using var checkpoint = Read(pickle, Twelve);
        Assert.Equal("image_proj.weight", Assert.Single(checkpoint.Tensors).Name);
    }

    [Fact]
    public void Read_ProtocolFour_ShortStringsMemoAndStackGlobalsRead()
    {
        var pickle = new Pickle(4).Raw(0x95, 0, 0, 0, 0, 0, 0, 0, 0).Raw('}')
            .Raw(0x8c, 1, (byte)'w').Raw(0x94)
            .Raw(0x8c, 12).Raw("torch._utils"u8).Raw(0x8c, 18).Raw("_rebuild_tensor_v2"u8).Raw(0x93)
            .Raw('(').Raw('(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(12).Raw('t').Raw('Q').Int(0).Tuple(12).Tuple(1).Raw('t').Raw('R')
            .Raw('s').Stop();
        using var checkpoint = Read(pickle, Twelve);
        Assert.Equal(12, checkpoint["w"].Count);
    }

    [Fact]
    public void Read_SixtyFourBitArchive_SameTensors()
    {
        var pickle = Pickle.Empty.Item("w", p => p.Tensor("0", 12, 2, [3], [4])).Stop();
        using var checkpoint = PyTorchReader.Read(new MemoryBytes("large.bin", Zip64.Archive([("archive/data.pkl", pickle), .. Twelve])));
        Assert.Equal([2f, 6f, 10f], checkpoint["w"].ReadFloats());
    }

    public static TheoryData<string, byte[], string> HostilePickles => new()
    {
        { "a command", new Pickle().Global("os", "system").Text("touch owned").Raw(0x85).Raw('R').Stop(), "os.system" },
        { "a builtin", new Pickle().Global("builtins", "eval").Text("1").Raw(0x85).Raw('R').Stop(), "builtins.eval" },
        { "another of torch's names", Pickle.Empty.Item("w", p => p.Global("torch", "load")).Stop(), "torch.load" },
        { "a stack global", new Pickle(4).Text("posix").Text("system").Raw(0x93).Stop(), "posix.system" },
        { "a nested module", new Pickle(4).Text("torch").Text("_utils._rebuild_tensor_v2").Raw(0x93).Stop(), "nothing else is ever run" },
        { "INST", new Pickle().Raw('(').Raw('i').Raw("os\nsystem\n"u8).Stop(), "opcode 0x69" },
        { "OBJ", new Pickle().Raw('(').Global("collections", "OrderedDict").Raw('o').Stop(), "opcode 0x6f" },
        { "NEWOBJ", new Pickle().Global("collections", "OrderedDict").Raw(')').Raw(0x81).Stop(), "opcode 0x81" },
        { "EXT1", new Pickle().Raw(0x82, 1).Stop(), "opcode 0x82" },
        { "a call of a dict", new Pickle().Raw('}').Raw(')').Raw('R').Stop(), "no known name" },
        { "a call of a storage type", new Pickle().Global("torch", "FloatStorage").Raw(')').Raw('R').Stop(), "don't fit" },
        { "an ordered dict of arguments", new Pickle().Global("collections", "OrderedDict").Raw(']').Raw(0x85).Raw('R').Stop(), "don't fit" },
        { "the state of a tensor", new Pickle().Tensor("0", 12, 0, [12], [1]).Raw('}').Raw('b').Stop(), "no dict" },
        { "a persistent id that is a string", new Pickle().Text("storage").Raw('Q').Stop(), "no storage" },
        { "a number at the top", new Pickle().Int(1).Stop(), "neither a tensor" },
        { "a string in the dict", Pickle.Empty.Item("w", p => p.Text("hello")).Stop(), "neither a tensor" },
        { "a number as key", Pickle.Empty.Int(1).Tensor("0", 12, 0, [12], [1]).Raw('s').Stop(), "no string" },
        { "one name twice", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [12], [1])).Item("w", p => p.Tensor("0", 12, 0, [12], [1])).Stop(), "named 'w'" },
        { "a dict that holds itself", Pickle.Empty.Raw((byte)'q', 0).Item("a", p => p.Raw((byte)'h', 0)).Stop(), "neither a tensor" },
        { "a storage that isn't there", Pickle.Empty.Item("w", p => p.Tensor("9", 12, 0, [12], [1])).Stop(), "the archive lacks" },
        { "a storage that is shorter", Pickle.Empty.Item("w", p => p.Tensor("0", 13, 0, [12], [1])).Stop(), "48 bytes" },
        { "a storage of huge count", Pickle.Empty.Item("w", p => p.Tensor("0", long.MaxValue, 0, [12], [1])).Stop(), "48 bytes" },
        { "a negative count", Pickle.Empty.Item("w", p => p.Tensor("0", -12, 0, [12], [1])).Stop(), "no storage" },
        { "a view past the storage", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 1, [12], [1])).Stop(), "not within its storage" },
        { "a stride past the storage", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [2], [12])).Stop(), "not within its storage" },
        { "strides that overflow", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [3, 3], [long.MaxValue, long.MaxValue])).Stop(), "not within its storage" },
        { "an expansion into a huge tensor", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [1L << 40], [0])).Stop(), "not within its storage" },
        { "a shape that overflows", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [1L << 40, 1L << 40], [0, 0])).Stop(), "not within its storage" },
        { "a negative stride", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 11, [12], [-1])).Stop(), "don't fit" },
        { "fewer strides than sizes", Pickle.Empty.Item("w", p => p.Tensor("0", 12, 0, [3, 4], [1])).Stop(), "don't fit" },
        { "an odd number of items", Pickle.Empty.Raw('(').Text("w").Raw('u').Stop(), "no value" },
        { "items of a list", new Pickle().Raw(']').Raw('(').Text("w").Text("w").Raw('u').Stop(), "no dict" },
        { "an empty stack", new Pickle().Raw('s').Stop(), "none is left" },
        { "values under a mark", Pickle.Empty.Raw('(').Raw('s').Stop(), "none is left" },
        { "no mark", Pickle.Empty.Raw('u').Stop(), "mark is missing" },
        { "a value that was never kept", new Pickle().Raw((byte)'h', 7).Stop(), "never kept" },
        { "two results", Pickle.Empty.Raw('}').Stop(), "left over" },
        { "no end", new Pickle().Raw('}').Stop()[..^1], "middle of an instruction" },
        { "a string past the end", new Pickle().Raw((byte)'X', 255, 255, 255, 255).Stop(), "middle of a string" },
        { "a string that is no text", new Pickle().Raw((byte)'X', 1, 0, 0, 0, 0xff).Stop(), "no UTF-8" },
        { "a number of nine bytes", new Pickle().Raw(0x8a, 9).Raw(new byte[9]).Stop(), "9 bytes" },
        { "protocol 9", new Pickle(9).Raw('}').Stop(), "protocol 9" },
        { "nothing", [], "middle of an instruction" },
    };

    [Theory]
    [MemberData(nameof(HostilePickles))]
    public void Read_HostilePickle_RefusedWithTheReason(string what, byte[] pickle, string reason)
    {
        var e = Assert.Throws<CheckpointException>(() => Read(pickle, Twelve));
        Assert.True(e.Message.Contains(reason, StringComparison.Ordinal), $"{what}: {e.Message}");
    }

    [Fact]
    public void Read_DictsThatMultiply_RefusedAtOnce()
    {
        // Each dict holds the next one ten times: a hundred million leaves in a kilobyte.
        var pickle = Nested(0).Stop();
        Assert.Contains("more than", Assert.Throws<CheckpointException>(() => Read(pickle, Twelve)).Message);

        static Pickle Nested(byte level)
        {
            var pickle = new Pickle();
            Fill(pickle, level);
            return pickle;
        }

        static void Fill(Pickle pickle, byte level)
        {
            pickle.Raw('}');
            if (level < 7)
            {
                pickle.Text("0");
                Fill(pickle, (byte)(level + 1));
                pickle.Raw((byte)'q', level).Raw('s');
                for (var i = 1; i < 10; i++)
                {
                    pickle.Item($"{i}", p => p.Raw((byte)'h', level));
                }
            }
        }
    }

    [Theory]
    [InlineData(0x94)]
    [InlineData((int)'(')]
    [InlineData((int)'}')]
    public void Read_PickleOfOneOpcodeWithoutEnd_RefusedBeforeItFillsTheMemory(int opcode)
    {
        // MEMOIZE keeps the value on top under a new number each time; MARK and EMPTY_DICT need nothing below them.
        var pickle = new byte[40 << 20];
        Array.Fill(pickle, (byte)opcode);
        byte[] begin = [0x80, 4, (byte)'}'];
        begin.CopyTo(pickle, 0);
        var archive = new MemoryBytes("evil.bin", Pickle.Archive(pickle));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more than 2000000", Assert.Throws<CheckpointException>(() => PyTorchReader.Read(archive)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L << 20);
    }

    [Theory]
    [InlineData("archive/byteorder", "big", "big-endian")]
    [InlineData("other/data.pkl", "x", "2 entries")]
    public void Read_ArchiveOfAnotherForm_Refused(string name, string contents, string reason)
    {
        var archive = Pickle.Archive(Pickle.Empty.Stop(), (name, System.Text.Encoding.UTF8.GetBytes(contents)));
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => PyTorchReader.Read(new MemoryBytes("evil.bin", archive))).Message);
    }

    [Fact]
    public void Read_CompressedEntry_Refused()
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.Optimal).Open();
            entry.Write(new byte[1000]);
        }

        Assert.Contains("compressed", Assert.Throws<CheckpointException>(() => PyTorchReader.Read(new MemoryBytes("evil.bin", archive.ToArray()))).Message);
    }

    [Fact]
    public void Read_LegacyPickleStream_SaysHowToBringItUp() =>
        Assert.Contains("before 1.6", Assert.Throws<CheckpointException>(() => PyTorchReader.Read(new MemoryBytes("old.bin", new Pickle().Int(1).Stop()))).Message);

    private static Checkpoint Read(byte[] pickle, params (string, byte[])[] entries) => PyTorchReader.Read(new MemoryBytes("evil.bin", Pickle.Archive(pickle, entries)));
}
