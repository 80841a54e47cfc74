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

    /// <summary>Batches of some megabytes are copied by several threads.</summary>
    [Fact]
    public void Batch_OfManyLargeRows_IsWhatEveryRowIsAlone()
    {
        using var scope = NewDisposeScope();
        var rows = randint(0, 256, [48, 3, 256, 256], ScalarType.Byte);
        var source = new MemorySource().With("target", rows);
        long[] indices = [.. Enumerable.Range(0, 40).Select(i => (long)(i * 29 % 48))];
        Assert.True(source.Batch("target", indices).equal(rows.index_select(0, tensor(indices))).all().item<bool>());
    }

    [Fact]
    public void Number_OfAWholeNumberOfAnyWidth_IsItsValueAndOfOthersFails()
    {
        using var scope = NewDisposeScope();
        var values = new[] { -3L, 7, 100 };
        var types = new[] { ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8 };
        var source = types.Aggregate(new MemorySource(), (made, type) => made.With($"{type}", tensor(values).to(type))).With("bytes", tensor(new byte[] { 1, 255, 0 })).With("real", zeros(3));
        Assert.All(types, type => Assert.Equal(values, Enumerable.Range(0, 3).Select(i => source.Number($"{type}", i))));
        Assert.Equal(255, source.Number("bytes", 1));
        Assert.Contains("Float32", Assert.Throws<SampleException>(() => source.Number("real", 0)).Message, StringComparison.Ordinal);
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
