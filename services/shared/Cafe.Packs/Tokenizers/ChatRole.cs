namespace Cafe.Packs.Tokenizers;

/// <summary>Who speaks a turn.</summary>
public enum ChatRole
{
    /// <summary>The person.</summary>
    User,

    /// <summary>The assistant.</summary>
    Assistant,
}
