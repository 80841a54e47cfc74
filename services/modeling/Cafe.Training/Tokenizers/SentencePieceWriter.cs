using Google.Protobuf;

namespace Cafe.Training.Tokenizers;

/// <summary>
/// Writes a vocabulary as a tokenizer.model file in Llama's form: BPE with byte fallback, &lt;unk&gt; &lt;s&gt; &lt;/s&gt; at 0 1 2, a space put before
/// the text, nothing normalised.
/// </summary>
public static class SentencePieceWriter
{
    // Field and enum numbers of sentencepiece_model.proto.
    private const int Pieces = 1, Trainer = 2, Normalizer = 3;
    private const int PieceText = 1, PieceScore = 2, PieceKind = 3;
    private const int Unknown = 2, Control = 3, Byte = 6;
    private const int ModelType = 3, VocabSize = 4, SplitDigits = 25, ByteFallback = 35, UnknownId = 40, BeginId = 41, EndId = 42, PadId = 43;
    private const int NormalizerName = 1, AddDummyPrefix = 3, RemoveExtraWhitespaces = 4, EscapeWhitespaces = 5;
    private const int BytePairEncoding = 2;

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(BpeVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        using var file = new MemoryStream();
        var output = new CodedOutputStream(file);
        Piece(output, "<unk>", 0, Unknown);
        Piece(output, "<s>", 0, Control);
        Piece(output, "</s>", 0, Control);
        for (var value = 0; value < 256; value++)
        {
            Piece(output, $"<0x{value:X2}>", 0, Byte);
        }

        // An encoder merges the pair whose piece has the highest score: the score is the merge's turn. Characters come last.
        var score = 0;
        foreach (var text in vocabulary.Merged.Concat(vocabulary.Characters))
        {
            Piece(output, text, score--, null);
        }

        Message(output, Trainer, trainer =>
        {
            Number(trainer, ModelType, BytePairEncoding);
            Number(trainer, VocabSize, 259 + vocabulary.Merged.Count + vocabulary.Characters.Count);
            Number(trainer, SplitDigits, 1);
            Number(trainer, ByteFallback, 1);
            Number(trainer, UnknownId, 0);
            Number(trainer, BeginId, 1);
            Number(trainer, EndId, 2);
            Number(trainer, PadId, -1);
        });
        Message(output, Normalizer, normalizer =>
        {
            normalizer.WriteTag(NormalizerName, WireFormat.WireType.LengthDelimited);
            normalizer.WriteString("identity");
            Number(normalizer, AddDummyPrefix, 1);
            Number(normalizer, RemoveExtraWhitespaces, 0);
            Number(normalizer, EscapeWhitespaces, 1);
        });
        output.Flush();
        return file.ToArray();
    }

    private static void Piece(CodedOutputStream output, string text, float score, int? kind) => Message(output, Pieces, piece =>
    {
        piece.WriteTag(PieceText, WireFormat.WireType.LengthDelimited);
        piece.WriteString(text);
        piece.WriteTag(PieceScore, WireFormat.WireType.Fixed32);
        piece.WriteFloat(score);
        if (kind is { } number)
        {
            Number(piece, PieceKind, number);
        }
    });

    private static void Message(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var body = new MemoryStream();
        var inner = new CodedOutputStream(body);
        write(inner);
        inner.Flush();
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(body.GetBuffer(), 0, (int)body.Length));
    }

    private static void Number(CodedOutputStream output, int field, int number)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(number);
    }
}
