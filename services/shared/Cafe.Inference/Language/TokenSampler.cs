namespace Cafe.Inference.Language;

/// <summary>
/// Draws the next token. The randomness of a token depends on the seed and its position in the reply alone, so a reply that is continued from any token goes on as it would have.
/// </summary>
public static class TokenSampler
{
    /// <summary>Draws a token.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="temperature">0 takes the most likely token (the first among equals); otherwise above 0.</param>
    /// <param name="topP">Nucleus sampling: the fewest most likely tokens whose probabilities reach this, above 0 to 1.</param>
    /// <param name="seed">Of the reply.</param>
    /// <param name="position">Of the token in the reply, from 0.</param>
    /// <exception cref="ModelOutputException">A logit is not a number, or all are minus infinity.</exception>
    public static int Sample(ReadOnlySpan<float> logits, double temperature, double topP, ulong seed, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(temperature);
        if (!(topP is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(topP), topP, "top_p is above 0, to 1.");
        }

        var best = ArgMax(logits);
        if (temperature == 0)
        {
            return best;
        }

        var candidates = Nucleus(logits, logits[best], temperature, topP, out var mass);
        var rest = Uniform(seed, position) * mass;
        foreach (var (id, weight) in candidates)
        {
            rest -= weight;
            if (rest < 0)
            {
                return id;
            }
        }

        return candidates[^1].Id; // rounding
    }

    /// <summary>The uniform number in [0, 1) that belongs to a seed and a position.</summary>
    internal static double Uniform(ulong seed, int position)
    {
        var mixed = Mix(Mix(seed) + ((ulong)position * 0x9E3779B97F4A7C15UL));
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }

    internal static int ArgMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
            {
                throw new ModelOutputException($"The language model's logit {i} is not a number.");
            }

            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        return float.IsFinite(logits[best])
            ? best
            : throw new ModelOutputException($"The language model's largest logit is {logits[best]}.");
    }

    /// <summary>The nucleus, most likely first, with weights relative to the most likely token's; <paramref name="mass"/> is their sum.</summary>
    private static List<(int Id, double Weight)> Nucleus(ReadOnlySpan<float> logits, float largest, double temperature, double topP, out double mass)
    {
        var weights = new double[logits.Length];
        var total = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            weights[i] = Math.Exp((logits[i] - largest) / temperature);
            total += weights[i];
        }

        // All tokens below this together cannot make up what the nucleus leaves out, so none of them is in it: few are left to sort.
        var least = topP < 1 ? (1 - topP) * total / logits.Length : 0;
        var candidates = new List<(int Id, double Weight)>();
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0 && weights[i] >= least)
            {
                candidates.Add((i, weights[i]));
            }
        }

        candidates.Sort(static (a, b) => a.Weight == b.Weight ? a.Id.CompareTo(b.Id) : b.Weight.CompareTo(a.Weight));
        mass = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            mass += candidates[i].Weight;
            if (mass >= topP * total)
            {
                candidates.RemoveRange(i + 1, candidates.Count - i - 1);
            }
        }

        return candidates;
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
