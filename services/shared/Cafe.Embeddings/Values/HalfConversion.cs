namespace Cafe.Embeddings.Values;

/// <summary>fp16 to float32; exact.</summary>
internal static class HalfConversion
{
    public static void ToFloats(ReadOnlySpan<Half> halves, Span<float> floats)
    {
        for (var i = 0; i < halves.Length; i++)
        {
            floats[i] = (float)halves[i];
        }
    }
}
