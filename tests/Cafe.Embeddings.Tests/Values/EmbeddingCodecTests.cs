using Cafe.Embeddings.Values;
using CsCheck;

namespace Cafe.Embeddings.Tests.Values;

public sealed class EmbeddingCodecTests
{
    private static readonly Gen<EmbeddingValue> Values =
        from shape in Gen.Int[1, 6].Array[1, 3]
        from data in Gen.Float[-60000, 60000].Array[shape.Aggregate(1, (product, length) => product * length)]
        select EmbeddingValue.Round(shape, data);

    [Fact]
    public void Decode_Encoded_GivesTheSameBits() => Values.Sample(value =>
    {
        var back = EmbeddingCodec.Decode(EmbeddingCodec.Encode(value));

        return back.Shape.SequenceEqual(value.Shape) && back.Data.SequenceEqual(value.Data);
    });

    [Fact]
    public void Decode_AnyBitFlipped_IsRefused() =>
        Gen.Select(Values, Gen.Int[0, 1 << 20]).Sample((value, position) =>
        {
            var bytes = EmbeddingCodec.Encode(value);
            var bit = position % (bytes.Length * 8);

            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => EmbeddingCodec.Decode(bytes));
        });

    [Fact]
    public void Decode_Cut_IsRefused()
    {
        var bytes = EmbeddingCodec.Encode(TestCache.Value());

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => EmbeddingCodec.Decode(bytes.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(70000f)]
    public void Round_NotRepresentable_Throws(float value) =>
        Assert.Throws<ArithmeticException>(() => EmbeddingValue.Round([2], [1, value]));
}
