using System.Buffers.Binary;
using System.Text;
using Cafe.Modeling.Checkpoints;
using CsCheck;

namespace Cafe.Modeling.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    private static readonly Gen<TensorSource> Tensors =
        from type in Gen.Enum<TensorType>()
        from shape in Gen.Long[0, 4].Array[0, 3]
        from bytes in Gen.Byte.Array[(int)shape.Aggregate((long)type.Size(), (product, size) => product * size)]
        select (TensorSource)new MemoryTensor("", type, [.. shape], bytes);

    [Fact]
    public void Write_AnyTensors_ReadBackTheSame() => Tensors.List[0, 6].Sample(list =>
    {
        var tensors = list.Select((tensor, i) => tensor.Rename($"layer.{i} \"é\".weight")).ToList();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var read = SafetensorsReader.Read(new MemoryBytes("test.safetensors", stream.ToArray()));
        Assert.Equal(tensors.Count, read.Tensors.Count);
        foreach (var tensor in tensors)
        {
            var actual = read[tensor.Name];
            Assert.Equal((tensor.Type, tensor.ByteCount), (actual.Type, actual.ByteCount));
            Assert.Equal(tensor.Shape, actual.Shape);
            Assert.Equal(Bytes(tensor), Bytes(actual));
        }
    });

    [Fact]
    public void WriteSharded_SeveralShards_ReadBackTheSame()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var tensors = Enumerable.Range(0, 7).Select(i => (TensorSource)new RandomTensor($"layers.{i}.weight", TensorType.BFloat16, [10, 5], 1, 1)).ToList();
            SafetensorsWriter.WriteSharded(folder, "model", tensors, 250);
            Assert.Equal(4, Directory.GetFiles(folder, "*.safetensors").Length);
            using var read = Checkpoint.Open(folder);
            Assert.Equal(tensors.Select(Bytes), tensors.Select(tensor => Bytes(read[tensor.Name])));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void Write_SourceFails_NoFileIsLeft()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var empty = new TensorTable("empty", []);
            var absent = new StrictWeights(empty).Take("w", 3);
            Assert.Throws<CheckpointException>(() => SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), [absent]));
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void Open_PastTwoGibibytes_ReadsTheLastValues()
    {
        // A sparse file: the bytes of a tensor that are never written take no disk.
        const long Elements = (1L << 29) + 3;
        var path = Path.GetTempFileName();
        try
        {
            using (var stream = new FileStream(path, FileMode.Create, FileAccess.Write))
            {
                stream.Write(File($$$"""{"w":{"dtype":"F32","shape":[{{{Elements}}}],"data_offsets":[0,{{{Elements * 4}}}]}}""", 0));
                stream.Position += (Elements - 1) * 4;
                stream.Write(BitConverter.GetBytes(42f));
            }

            using var checkpoint = SafetensorsReader.Open(path);
            var last = new float[2];
            checkpoint["w"].ReadFloats(Elements - 2, last);
            Assert.Equal([0, 42], last);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "end at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "ends at byte 12 of 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[8,0]}}""", "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "its range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}""", "impossible")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "at most 16")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "F8_E4M3")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "needs dtype")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "two fields")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"run":"me"}}""", "unknown field")]
    [InlineData("""{"__metadata__":{"a":{}},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "strings")]
    [InlineData("""{"a":""", "JSON")]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", "JSON")]
    public void Read_HostileHeader_RefusedWithTheReason(string header, string reason)
    {
        var e = Assert.Throws<CheckpointException>(() => SafetensorsReader.Read(new MemoryBytes("evil.safetensors", File(header, 8))));
        Assert.Contains(reason, e.Message);
        Assert.Contains("evil.safetensors", e.Message);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(7UL)]
    [InlineData(9UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    public void Read_HeaderLengthPastTheFileOrTheLimit_Refused(ulong length)
    {
        var file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Throws<CheckpointException>(() => SafetensorsReader.Read(new MemoryBytes("evil.safetensors", file)));
        Assert.Throws<CheckpointException>(() => SafetensorsReader.Read(new MemoryBytes("evil.safetensors", file.AsMemory(0, 5))));
    }

    [Fact]
    public void Message_NameWithControlCharacters_Cleaned()
    {
        var header = """{"a\u001b[31m":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""";
        var e = Assert.Throws<CheckpointException>(() => SafetensorsReader.Read(new MemoryBytes("evil.safetensors", File(header, 8))));
        Assert.DoesNotContain('\u001b', e.Message);
    }

    private static byte[] File(string header, int data)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + bytes.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, bytes.Length);
        bytes.CopyTo(file, 8);
        return file;
    }

    private static byte[] Bytes(TensorSource tensor)
    {
        var bytes = new byte[tensor.ByteCount];
        tensor.Read(0, bytes);
        return bytes;
    }
}
