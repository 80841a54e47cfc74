using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>Looks at what made an embedding as the real stages do.</summary>
public static class Fingerprints
{
    /// <summary>Refuses an embedding that says it is none of these parts'; without any, all pass.</summary>
    public static void Check(Embedding? embedding, string field, params IEnumerable<string?> known)
    {
        var parts = known.OfType<string>().ToList();
        if (embedding is null || parts.Count == 0)
        {
            return;
        }

        var (made, path) = embedding.SourceCase == Embedding.SourceOneofCase.Reference
            ? (embedding.Reference.EncoderFingerprint, $"{field}.reference")
            : (embedding.PartFingerprint, $"{field}.tensor");
        if (!parts.Contains(made))
        {
            throw new StaleReferenceException(path, parts[0], made).AsRpc();
        }
    }
}
