using System.Runtime.InteropServices;
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

    /// <summary>Ids of every sample, by its index.</summary>
    public static int[] LengthOfEach(ISampleSource source, string field)
    {
        var column = source.Field(field);
        var lengths = new int[source.Count];
        var row = new byte[column.Bytes];
        for (var i = 0; i < lengths.Length; i++)
        {
            source.Read(column, i, row);
            lengths[i] = MemoryMarshal.Cast<byte, int>(row).IndexOf((int)Padding) is >= 0 and var length ? length : (int)column.Count;
        }

        return lengths;
    }

    /// <summary>Ids of each row, int64 [B].</summary>
    public static Tensor Lengths(Tensor ids) => ids.ne(Padding).sum(1);
}
