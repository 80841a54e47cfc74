using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Diffusion;

/// <summary>
/// Holds the subject attention to what is known of the sample: each cell of the target that shows the subject should attend to the reference's patches that show the same part (bilinear over
/// four), every other cell to CLS. The compositor knows the affine map from target to reference, so the patches are known exactly.
/// </summary>
public static class AlignmentLoss
{
    private const double MinimumCoverage = 0.5;
    private const double Tiny = 1e-8;

    /// <summary>Where each cell of a grid should attend.</summary>
    /// <param name="affine">[B, 2, 3]: target pixels to reference pixels.</param>
    /// <param name="mask">[B, H, W] in [0, 1]: how much of the target's pixels the subject covers.</param>
    /// <param name="cells">Cells of the attention's queries along height and width.</param>
    /// <param name="grid">Patches of the reference along a side; tokens are CLS, then patches row by row.</param>
    /// <param name="referenceSize">Pixels of the reference along a side.</param>
    /// <returns>Token indices int64 and their weights, both [B, cells, 4]; weights add up to 1.</returns>
    public static (Tensor Tokens, Tensor Weights) Targets(Tensor affine, Tensor mask, (long Height, long Width) cells, long grid, double referenceSize)
    {
        var (batch, height, width) = (mask.shape[0], mask.shape[1], mask.shape[2]);
        var x = (torch.arange(cells.Width, ScalarType.Float32, mask.device) + 0.5) * (width / (double)cells.Width);
        var y = (torch.arange(cells.Height, ScalarType.Float32, mask.device) + 0.5) * (height / (double)cells.Height);
        var grids = torch.meshgrid([y, x], indexing: "ij");
        var points = torch.stack([grids[1].reshape(-1), grids[0].reshape(-1), torch.ones(cells.Height * cells.Width)], 0);     // [3, cells]
        var reference = affine.matmul(points) / (referenceSize / grid) - 0.5;                                                  // [B, 2, cells], in patches
        var covered = torch.nn.functional.adaptive_avg_pool2d(mask.unsqueeze(1), [cells.Height, cells.Width]).reshape(batch, -1);
        var low = reference.floor();
        var part = reference - low;
        var tokens = new List<Tensor>();
        var weights = new List<Tensor>();
        foreach (var (dx, dy) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
        {
            var column = (low.select(1, 0) + dx).clamp(0, grid - 1);
            var row = (low.select(1, 1) + dy).clamp(0, grid - 1);
            tokens.Add((row * grid + column + 1).to(ScalarType.Int64));
            var (px, py) = (part.select(1, 0), part.select(1, 1));
            weights.Add((dx == 1 ? px : 1 - px) * (dy == 1 ? py : 1 - py));
        }

        var inside = (covered > MinimumCoverage).unsqueeze(2);                                                                 // [B, cells, 1]
        var all = torch.stack(tokens, 2);
        var onlyFirst = torch.tensor([1f, 0f, 0f, 0f], [1, 1, 4]);
        return (torch.where(inside, all, torch.zeros_like(all)), torch.where(inside, torch.stack(weights, 2), onlyFirst));
    }

    /// <summary>The mean cross-entropy of one layer.</summary>
    /// <param name="query">[B, heads, cells, d].</param>
    /// <param name="key">[B, heads, tokens, d].</param>
    /// <param name="rowWeights">[B]: zero for rows whose subject was dropped.</param>
    public static Tensor Of(Tensor query, Tensor key, Tensor tokens, Tensor weights, Tensor rowWeights)
    {
        var scores = query.matmul(key.transpose(2, 3)) * (1 / Math.Sqrt(query.shape[3]));
        var attention = nn.functional.softmax(scores, -1).mean([1]);                         // [B, cells, tokens]
        var wanted = (attention.gather(2, tokens) + Tiny).log();
        var entropy = -(wanted * weights).sum(2).mean([1]);                                  // [B]
        return (entropy * rowWeights).sum() / rowWeights.sum().clamp_min(Tiny);
    }
}
