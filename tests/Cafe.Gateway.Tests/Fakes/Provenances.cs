using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Gateway.Tests.Fakes;

public static class Provenances
{
    public static Provenance Of(string fingerprint, string provider = "cpu", string precision = "fp32") => new()
    {
        PackName = "fake",
        PackVersion = "1",
        PartFingerprint = fingerprint,
        Provider = provider,
        Precision = precision,
    };

    public static Tensor Values(params int[] shape)
    {
        var tensor = new Tensor { DataType = DataType.Float32, Data = ByteString.CopyFrom(new byte[4 * shape.Aggregate(1, (product, length) => product * length)]) };
        tensor.Shape.AddRange(shape.Select(length => (long)length));
        return tensor;
    }
}
