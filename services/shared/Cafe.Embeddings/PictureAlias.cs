using StackExchange.Redis;

namespace Cafe.Embeddings;

/// <summary>What a picture file became: found without decoding it again.</summary>
/// <param name="Digest">Of the preprocessed pixels: lower-case hex sha256.</param>
/// <param name="SubjectCentred">The subject was centred before encoding.</param>
public sealed record PictureAlias(string Digest, bool SubjectCentred)
{
    private const byte Version = 1;
    private const int Length = 2 + EmbeddingKey.DigestBytes;

    internal byte[] ToBytes() => [Version, (byte)(SubjectCentred ? 1 : 0), .. Convert.FromHexString(Digest)];

    internal static PictureAlias? Parse(RedisValue value)
    {
        var bytes = (byte[]?)value;
        return bytes is { Length: Length } && bytes[0] == Version
            ? new PictureAlias(Convert.ToHexStringLower(bytes.AsSpan(2)), bytes[1] == 1)
            : null;
    }
}
