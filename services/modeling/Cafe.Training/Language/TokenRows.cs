using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>Rows of token ids padded on the right with -1.</summary>
internal static class TokenRows
{
    public const long Padding = -1;

    /// <summary>Samples that have ids: those whose conversation was dropped have none.</summary>
    public static IEnumerable<long> Filled(ISampleSource source, string field)
    {
        for (var i = 0L; i < source.Count; i++)
        {
            if (source.Number(field, i) != Padding)
            {
                yield return i;
            }
        }
    }

    /// <summary>As int64, without the columns that are padding in every row.</summary>
    public static Tensor Trimmed(Tensor ids)
    {
        var wide = ids.to(ScalarType.Int64);
        return wide.narrow(1, 0, Math.Max(1, Lengths(wide).max().item<long>()));
    }

    /// <summary>Ids of each row, int64 [B].</summary>
    public static Tensor Lengths(Tensor ids) => ids.ne(Padding).sum(1);
}
