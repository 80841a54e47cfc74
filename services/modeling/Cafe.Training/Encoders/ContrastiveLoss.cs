using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Encoders;

/// <summary>InfoNCE: of all embeddings on the other side, the one of the same sample should be the nearest, from both sides.</summary>
public static class ContrastiveLoss
{
    // Stands for minus infinity in a softmax, without its gradient's NaN.
    private const double Excluded = -1e4;

    /// <param name="left">[B, d], brought to unit length here.</param>
    /// <param name="right">[B, d], likewise.</param>
    /// <param name="scale">Factor of the cosines: the inverse temperature.</param>
    /// <param name="same">Bool [B, B]: pairs that show the same and are neither right nor wrong, its diagonal aside; null for none.</param>
    public static Tensor Of(Tensor left, Tensor right, Tensor scale, Tensor? same = null)
    {
        var count = left.shape[0];
        var scores = nn.functional.normalize(left, 2, 1).matmul(nn.functional.normalize(right, 2, 1).t()) * scale;
        if (same is not null)
        {
            var others = same.logical_and(torch.eye(count, count, ScalarType.Bool).logical_not());
            scores = scores.masked_fill(others.logical_or(others.t()), Excluded);
        }

        var wanted = torch.arange(count, ScalarType.Int64);
        return (nn.functional.cross_entropy(scores, wanted) + nn.functional.cross_entropy(scores.t(), wanted)) / 2;
    }

    /// <summary>Share of rows whose nearest on the other side is their own.</summary>
    public static double Accuracy(Tensor left, Tensor right)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var nearest = nn.functional.normalize(left, 2, 1).matmul(nn.functional.normalize(right, 2, 1).t()).argmax(1);
        return nearest.eq(torch.arange(left.shape[0], ScalarType.Int64)).to(ScalarType.Float32).mean().item<float>();
    }

    /// <summary>Bool [B, B]: which rows have equal labels.</summary>
    /// <param name="labels">[B] or [B, n], compared as a whole.</param>
    public static Tensor Same(Tensor labels)
    {
        var rows = labels.reshape(labels.shape[0], -1);
        return rows.unsqueeze(0).eq(rows.unsqueeze(1)).all(2);
    }
}
