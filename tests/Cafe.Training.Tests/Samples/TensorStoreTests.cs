using Cafe.Modeling.Checkpoints;
using Cafe.Training.Samples;
using Cafe.Training.Tests.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Samples;

public sealed class TensorStoreTests
{
    private static readonly SampleField Picture = new("target", TensorType.UInt8, [3, 2, 2]);
    private static readonly SampleField Half = new("patches", TensorType.Float16, [4]);

    [Fact]
    public void Batch_OfAWrittenStore_GivesTheRowsInTheAskedOrder()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var pictures = randint(0, 256, [5, 3, 2, 2], ScalarType.Byte);
        var patches = arange(20, ScalarType.Float32).reshape(5, 4);
        using (var writer = new TensorStoreWriter(folder.Path, Picture, Half))
        {
            writer.Write(Picture, pictures);
            writer.Write(Half, patches);
            writer.Complete();
        }

        using var store = TensorStore.Open(folder.Path);
        Assert.Equal(5, store.Count);
        Assert.Equal(pictures.index_select(0, tensor(new long[] { 3, 0 })).data<byte>().ToArray(), store.Batch("target", [3, 0]).data<byte>().ToArray());
        Assert.Equal([8f, 9f, 10f, 11f], store.FloatBatch("patches", [2]).data<float>().ToArray());
    }

    [Fact]
    public void Open_OfAFolderThatWasNotCompleted_Fails()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TensorStoreWriter(folder.Path, Picture))
        {
            writer.Write(Picture, new byte[12]);
        }

        Assert.False(TensorStore.Exists(folder.Path));
        Assert.Throws<SampleException>(() => TensorStore.Open(folder.Path));
    }

    [Fact]
    public void Complete_WithColumnsOfUnequalLength_Fails()
    {
        using var folder = new TemporaryFolder();
        using var writer = new TensorStoreWriter(folder.Path, Picture, Half);
        writer.Write(Picture, new byte[12]);
        var e = Assert.Throws<SampleException>(writer.Complete);
        Assert.Contains("rows", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Field_ThatIsNotThere_IsNamedTogetherWithThoseThatAre()
    {
        var source = new MemorySource().With("mask", zeros(2, 3));
        var e = Assert.Throws<SampleException>(() => source.Field("latents"));
        Assert.Contains("'latents'", e.Message, StringComparison.Ordinal);
        Assert.Contains("mask", e.Message, StringComparison.Ordinal);
    }
}
