using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cafe.Training.Data.Subjects;

/// <summary>Chooses whole clusters by a hash of their members' keys, so that the choice depends on nothing else.</summary>
internal static class HeldOutSplit
{
    /// <param name="keys">Key of each subject.</param>
    /// <param name="clusters">Cluster of each subject.</param>
    /// <param name="share">Share of clusters to choose.</param>
    /// <returns>The chosen clusters.</returns>
    public static HashSet<int> Choose(IReadOnlyList<string> keys, IReadOnlyList<int> clusters, double share) =>
        [.. Enumerable.Range(0, keys.Count)
            .GroupBy(index => clusters[index])
            .Where(cluster => Fraction(cluster.Select(index => keys[index]).Min(StringComparer.Ordinal)!) < share)
            .Select(cluster => cluster.Key)];

    private static double Fraction(string key) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"cafe held out {key}"))) / 4294967296.0;
}
