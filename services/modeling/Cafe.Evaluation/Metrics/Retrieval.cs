namespace Cafe.Evaluation.Metrics;

/// <summary>Identity as retrieval: is a picture nearest to its own subject's canonical reference among all subjects' references?</summary>
public static class Retrieval
{
    /// <summary>The place of the right entry when a gallery is sorted by cosine with the picture, from 1. An equal cosine of a wrong entry counts as nearer: a constant embedding finds nothing.</summary>
    /// <param name="embedding">Of the picture.</param>
    /// <param name="gallery">One embedding for each subject.</param>
    /// <param name="right">Index of the picture's subject in the gallery.</param>
    public static int Rank(ReadOnlySpan<float> embedding, IReadOnlyList<float[]> gallery, int right)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(right, gallery.Count);
        var own = Similarity.Cosine(embedding, gallery[right]);
        var rank = 1;
        for (var i = 0; i < gallery.Count; i++)
        {
            if (i != right && Similarity.Cosine(embedding, gallery[i]) >= own)
            {
                rank++;
            }
        }

        return rank;
    }
}
