namespace Cafe.Evaluation.Metrics;

/// <summary>Cosines of embeddings, as DINO, CLIP-I, CLIP-T and face identity are defined by them. In [-1, 1]: not times 100, not clipped.</summary>
public static class Similarity
{
    /// <summary>The cosine of the angle between two embeddings of one width.</summary>
    /// <exception cref="ArgumentException">Widths differ, or an embedding is zero or not finite: it has no direction.</exception>
    public static double Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Embeddings of {first.Length} and {second.Length} numbers can't be compared.");
        }

        double dot = 0, firstSquared = 0, secondSquared = 0;
        for (var i = 0; i < first.Length; i++)
        {
            dot += (double)first[i] * second[i];
            firstSquared += (double)first[i] * first[i];
            secondSquared += (double)second[i] * second[i];
        }

        var lengths = Math.Sqrt(firstSquared) * Math.Sqrt(secondSquared);
        return lengths > 0 && double.IsFinite(lengths)
            ? dot / lengths
            : throw new ArgumentException("An embedding that is zero or not finite has no direction.");
    }

    /// <summary>The mean cosine of one embedding with each of several: a generated picture against all real pictures of its subject.</summary>
    public static double MeanTo(ReadOnlySpan<float> embedding, IReadOnlyList<float[]> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        ArgumentOutOfRangeException.ThrowIfZero(others.Count, nameof(others));
        var sum = 0.0;
        foreach (var other in others)
        {
            sum += Cosine(embedding, other);
        }

        return sum / others.Count;
    }

    /// <summary>The mean over all pairs of different pictures in one set: the row "real images" of DreamBench's tables.</summary>
    /// <param name="embeddings">At least two.</param>
    public static double MeanWithin(IReadOnlyList<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddings.Count, 2, nameof(embeddings));
        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < embeddings.Count; i++)
        {
            for (var j = i + 1; j < embeddings.Count; j++, pairs++)
            {
                sum += Cosine(embeddings[i], embeddings[j]);
            }
        }

        return sum / pairs;
    }
}
