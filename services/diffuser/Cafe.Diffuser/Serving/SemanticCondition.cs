namespace Cafe.Diffuser.Serving;

/// <summary>The semantic condition c.</summary>
internal static class SemanticCondition
{
    /// <summary>c = alpha h + (1 - alpha) C(x_ref) (Eq. 4), by token; at 0 and 1 one of them alone, exactly.</summary>
    public static float[] Mix(float[] semantic, float[] reference, double alpha)
    {
        if (alpha is 0 or 1)
        {
            return alpha == 0 ? reference : semantic;
        }

        var mixed = new float[semantic.Length];
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = (float)((alpha * semantic[i]) + ((1 - alpha) * reference[i]));
        }

        return mixed;
    }

    /// <summary>Each token at length 1; a token of zeros stays.</summary>
    public static float[] Normalize(float[] tokens, int width)
    {
        var normalized = new float[tokens.Length];
        for (var start = 0; start < tokens.Length; start += width)
        {
            var squares = 0.0;
            for (var i = start; i < start + width; i++)
            {
                squares += (double)tokens[i] * tokens[i];
            }

            var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
            for (var i = start; i < start + width; i++)
            {
                normalized[i] = (float)(tokens[i] * scale);
            }
        }

        return normalized;
    }
}
