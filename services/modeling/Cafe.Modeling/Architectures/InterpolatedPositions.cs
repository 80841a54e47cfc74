using System.Text.RegularExpressions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// Position embeddings [1, 1 + grid * grid, D] resampled for another number of patches, as the reference does: the class token's is kept, the others are a picture of D channels
/// enlarged by bicubic interpolation (a = -0.75, no antialiasing, corners not aligned), in fp32.
/// </summary>
/// <param name="grid">Patches along each side in the checkpoint.</param>
/// <param name="rows">Patches from top to bottom in the graph.</param>
/// <param name="columns">Patches from left to right in the graph.</param>
internal sealed partial class InterpolatedPositions(int grid, int rows, int columns) : WeightTransform
{
    private const double A = -0.75;

    public override string Suffix => FormattableString.Invariant($".{rows}x{columns}");

    /// <summary>Whether a graph's name for a tensor says that this made it.</summary>
    public static bool IsResult(string name) => Size().IsMatch(name);

    public override TensorSource Apply(TensorSource published)
    {
        var width = (int)published.Shape[^1];
        var values = published.ReadFloats();
        var vertical = Taps(grid, rows);
        var horizontal = Taps(grid, columns);
        var result = new float[(1 + (rows * columns)) * width];
        values.AsSpan(0, width).CopyTo(result);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var target = result.AsSpan((1 + (y * columns) + x) * width, width);
                foreach (var (row, down) in vertical[y])
                {
                    foreach (var (column, across) in horizontal[x])
                    {
                        var source = values.AsSpan((1 + (row * grid) + column) * width, width);
                        var weight = (float)(down * across);
                        for (var i = 0; i < width; i++)
                        {
                            target[i] += weight * source[i];
                        }
                    }
                }
            }
        }

        return MemoryTensor.FromFloats(published.Name, [1, 1 + (rows * columns), width], result);
    }

    // For each sample of the result, the four samples that it is made of and their weights; past the border the border's sample is taken.
    private static (int Index, double Weight)[][] Taps(int from, int to) => [.. Enumerable.Range(0, to).Select(i =>
    {
        var position = ((i + 0.5) * from / to) - 0.5;
        var first = (int)Math.Floor(position);
        return Enumerable.Range(-1, 4).Select(k => (Math.Clamp(first + k, 0, from - 1), Cubic(position - (first + k)))).ToArray();
    })];

    // Suffix's form.
    [GeneratedRegex(@"\.\d+x\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    private static double Cubic(double distance)
    {
        var x = Math.Abs(distance);
        return x <= 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * A)
            : 0;
    }
}
