using Cafe.Embeddings.Values;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Embeddings.Tests.Values;

public sealed class TensorMessagesTests
{
    [Fact]
    public void ToFloats_Float32_GivesTheElements() =>
        Assert.Equal([1.5f, -2f], TensorMessages.ToFloats(TensorMessages.Float32([2], [1.5f, -2f]), "subject.tensor", 2));

    [Fact]
    public void ToFloats_Float16_GivesTheElements() =>
        Assert.Equal([1.5f, -2f], TensorMessages.ToFloats(TensorMessages.Float16(EmbeddingValue.Round([2], [1.5f, -2f])), "subject.tensor", 2));

    [Fact]
    public void ToFloats_NoDataType_NamesIt() =>
        Refused(new Tensor { Shape = { 2 }, Data = ByteString.CopyFrom(new byte[8]) }, "subject.tensor.data_type", "Unspecified (0)");

    [Fact]
    public void ToFloats_UnknownDataType_NamesIt() =>
        Refused(new Tensor { DataType = (DataType)9, Shape = { 2 }, Data = ByteString.CopyFrom(new byte[8]) }, "subject.tensor.data_type", "9");

    [Fact]
    public void ToFloats_WrongShape_NamesBoth() =>
        Refused(TensorMessages.Float32([1, 2], [1, 2]), "subject.tensor.shape", "must be [2], got [1, 2]");

    [Fact]
    public void ToFloats_HugeShape_AllocatesNothing() =>
        Refused(new Tensor { DataType = DataType.Float32, Shape = { long.MaxValue, long.MaxValue } }, "subject.tensor.shape", "must be [2]");

    [Fact]
    public void ToFloats_DataCut_NamesTheLengths() =>
        Refused(new Tensor { DataType = DataType.Float32, Shape = { 2 }, Data = ByteString.CopyFrom(new byte[7]) }, "subject.tensor.data", "takes 8 bytes, got 7");

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void ToFloats_NotFinite_NamesTheElement(float value) =>
        Refused(TensorMessages.Float32([2], [0, value]), "subject.tensor.data", "element 1");

    private static void Refused(Tensor tensor, string field, string text)
    {
        var error = Assert.Throws<InvalidRequestException>(() => TensorMessages.ToFloats(tensor, "subject.tensor", 2));

        Assert.Equal(field, Assert.Single(error.Violations).Field);
        Assert.Contains(text, error.Message);
    }
}
