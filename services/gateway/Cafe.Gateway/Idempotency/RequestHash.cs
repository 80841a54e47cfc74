using System.Security.Cryptography;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Gateway.Idempotency;

/// <summary>Tells whether a key came with the same request again.</summary>
internal static class RequestHash
{
    /// <summary>Hex SHA-256 over the request. Labels are sorted: a map has no order on the wire.</summary>
    public static string Of(GenerateRequest request)
    {
        var copy = request.Clone();
        copy.Tags.Clear();
        foreach (var (key, value) in request.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            copy.Tags[key] = value;
        }

        return Convert.ToHexStringLower(SHA256.HashData(copy.ToByteArray()));
    }
}
