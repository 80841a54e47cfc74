using Cafe.Modeling.Checkpoints;
using CsCheck;

namespace Cafe.Modeling.Tests.Checkpoints;

public sealed class TensorSourceTests
{
    private static readonly Gen<(int Rows, int Columns, int Start, int Length)> Ranges =
        from rows in Gen.Int[1, 9]
        from columns in Gen.Int[1, 9]
        from start in Gen.Int[0, (rows * columns) - 1]
        from length in Gen.Int[0, (rows * columns) - start]
        select (rows, columns, start, length);

    [Fact]
    public void Transpose_AnyRange_SameAsTransposingInMemory() => Ranges.Sample(range =>
    {
        var (rows, columns, start, length) = range;
        var values = Enumerable.Range(0, rows * columns).Select(i => (float)i).ToArray();
        var expected = Enumerable.Range(0, rows * columns).Select(i => values[(i % rows * columns) + (i / rows)]).ToArray();
        var actual = new float[length];
        MemoryTensor.FromFloats("m", [rows, columns], values).Transpose().ReadFloats(start, actual);
        Assert.Equal(expected.AsSpan(start, length).ToArray(), actual);
    });

    [Fact]
    public void Concatenate_AnyRange_SameAsJoiningInMemory() => Ranges.Sample(range =>
    {
        var (rows, columns, start, length) = range;
        var values = Enumerable.Range(0, rows * columns).Select(i => (float)i).ToArray();
        var whole = MemoryTensor.FromFloats("m", [rows, columns], values);
        var joined = TensorSources.Concatenate("m", [.. Enumerable.Range(0, rows).Select(row => whole.Rows(row, 1))]);
        var actual = new float[length];
        joined.ReadFloats(start, actual);
        Assert.Equal(values.AsSpan(start, length).ToArray(), actual);
    });

    [Fact]
    public void Random_AnyRange_SameAsReadingAll() => Ranges.Sample(range =>
    {
        var (rows, columns, start, length) = range;
        var tensor = new RandomTensor("w", TensorType.Float32, [rows, columns], 7, 0.02f, 1);
        var actual = new float[length];
        tensor.ReadFloats(start, actual);
        Assert.Equal(tensor.ReadFloats().AsSpan(start, length).ToArray(), actual);
    });

    [Fact]
    public void Random_ManyValues_HaveTheAskedMeanAndDeviation()
    {
        var values = new RandomTensor("w", TensorType.Float32, [100_000], 3, 0.5f, 2).ReadFloats();
        var mean = values.Average();
        Assert.Equal(2, mean, 0.01);
        Assert.Equal(0.5, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 0.01);
    }

    [Theory]
    [InlineData(TensorType.Float16, 11)]
    [InlineData(TensorType.BFloat16, 8)]
    public void Cast_ThereAndBack_ErrorWithinHalfAUnitOfTheType(TensorType type, int significantBits) =>
        Gen.Float[-1000, 1000].Array[1, 50].Sample(values =>
        {
            var actual = MemoryTensor.FromFloats("w", [values.Length], values).Cast(type).Cast(TensorType.Float32).ReadFloats();
            for (var i = 0; i < values.Length; i++)
            {
                // Below 2^-14 a half is subnormal, with units of 2^-24.
                Assert.InRange(Math.Abs(actual[i] - values[i]), 0, Math.Max(Math.Abs(values[i]) * Math.Pow(2, -significantBits), Math.Pow(2, -25)));
            }
        });

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Cast_NotFiniteToBFloat16_Kept(float value) =>
        Assert.Equal([value], MemoryTensor.FromFloats("w", [1], [value]).Cast(TensorType.BFloat16).ReadFloats());

    [Fact]
    public void Cast_Integers_Refused() =>
        Assert.Throws<CheckpointException>(() => MemoryTensor.FromInt64("ids", [1], [1]).Cast(TensorType.Float32));

    [Fact]
    public void WriteTo_MoreThanOneBuffer_AllBytesInOrder()
    {
        var tensor = new RandomTensor("w", TensorType.Float16, [3, 400_001], 1, 1);
        using var stream = new MemoryStream();
        tensor.WriteTo(stream);
        var all = new byte[tensor.ByteCount];
        tensor.Read(0, all);
        Assert.Equal(all, stream.ToArray());
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(6, 1)]
    [InlineData(2, 5)]
    public void ReadFloats_OutsideTheTensor_Refused(long start, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryTensor.FromFloats("w", [2, 3], new float[6]).ReadFloats(start, new float[length]));

    [Fact]
    public void Reshape_OtherCount_Refused() =>
        Assert.Throws<CheckpointException>(() => MemoryTensor.FromFloats("w", [2, 3], new float[6]).Reshape(5));
}
