using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Embeddings;

/// <summary>Names an embedding by what it was made of, so that it never has to be invalidated.</summary>
/// <param name="Fingerprint">Of the encoder part that made it: lower-case hex sha256.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Digest">Of the preprocessed pixels: lower-case hex sha256.</param>
public readonly record struct EmbeddingKey(string Fingerprint, EmbeddingKind Kind, string Digest)
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestBytes = 32;

    /// <summary>Where the values are.</summary>
    public string RedisKey => $"cafe:emb:{Fingerprint}:{Name(Kind)}:{Digest}";

    /// <summary>Where the process that encodes it says so.</summary>
    public string LeaseKey => $"{RedisKey}:lease";

    /// <summary>Where an encoded picture's hash leads to the digest of its pixels.</summary>
    /// <param name="fingerprint">Of the encoder part.</param>
    /// <param name="kind">The preprocessing differs by kind, so each has its own.</param>
    /// <param name="rawDigest">Of the picture's file: lower-case hex sha256.</param>
    public static string AliasKey(string fingerprint, EmbeddingKind kind, string rawDigest) =>
        $"cafe:emb:{fingerprint}:{Name(kind)}:raw:{rawDigest}";

    /// <summary>The message that names it to other stages.</summary>
    public EmbeddingReference ToReference() => new()
    {
        EncoderFingerprint = Fingerprint,
        Kind = Kind,
        Digest = ByteString.CopyFrom(Convert.FromHexString(Digest)),
    };

    private static string Name(EmbeddingKind kind) => kind switch
    {
        EmbeddingKind.Subject => "subject",
        EmbeddingKind.Image => "image",
        EmbeddingKind.Text => "text",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown embedding kind."),
    };
}
