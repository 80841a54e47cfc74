namespace Cafe.Packs.Tokenizers;

/// <summary>What a SentencePiece piece is; the numbers are the file format's.</summary>
public enum PieceKind
{
    /// <summary>Ordinary text.</summary>
    Normal = 1,

    /// <summary>Stands for whatever the vocabulary lacks.</summary>
    Unknown = 2,

    /// <summary>A marker such as begin of sequence; no text of its own, and no text ever becomes one.</summary>
    Control = 3,

    /// <summary>A symbol that the model's author declared: wherever the text spells it, it is this piece, whatever merges would have made.</summary>
    UserDefined = 4,

    /// <summary>Declared but not used; refused.</summary>
    Unused = 5,

    /// <summary>One byte of UTF-8, written <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 6,
}
