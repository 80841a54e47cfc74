namespace Cafe.Training.Tokenizers;

/// <summary>What vocabulary to learn.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>The least size: &lt;unk&gt; &lt;s&gt; &lt;/s&gt;, 256 bytes and one character.</summary>
    public const int LeastVocabSize = 3 + 256 + 1;

    /// <summary>Pieces in all, from 260. Default 2048. Fewer come out where the text has no more pairs to merge.</summary>
    public int VocabSize { get; init; } = 2048;

    /// <summary>Share of the text's characters that get a piece of their own, above 0 to 1; the others become bytes. Default .9999.</summary>
    public double CharacterCoverage { get; init; } = 0.9999;

    /// <summary>The longest piece in characters, from 2. Default 16.</summary>
    public int LongestPiece { get; init; } = 16;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where an option lies outside its range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(VocabSize, LeastVocabSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VocabSize, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CharacterCoverage, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CharacterCoverage, 1.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestPiece, 2);
    }
}
