using System.Text;
using Google.Protobuf;

namespace Cafe.Modeling.Building;

/// <summary>
/// A SentencePiece model of Llama's form (BPE, byte fallback, &lt;unk&gt; &lt;s&gt; &lt;/s&gt; at 0 1 2) and of any size, made by rule: bytes, printable
/// characters, a few words with their beginnings, then letter combinations.
/// </summary>
public static class SyntheticSentencePiece
{
    public const int BosId = 1;
    public const int EosId = 2;

    private const char Space = '\u2581';
    private const int Unknown = 2, Control = 3, Byte = 6, BytePairEncoding = 2;

    // Field numbers of sentencepiece_model.proto.
    private const int PiecesField = 1, TrainerField = 2, NormalizerField = 3;
    private const int PieceText = 1, PieceScore = 2, PieceType = 3;
    private const int TrainerModelType = 3, TrainerVocabSize = 4, TrainerByteFallback = 35;
    private const int NormalizerName = 1, NormalizerRemoveExtraWhitespaces = 4;

    /// <param name="vocabSize">At least the 259 special and byte pieces and the printable characters: 354.</param>
    public static byte[] Create(int vocabSize)
    {
        var model = new MemoryStream();
        var output = new CodedOutputStream(model);
        var count = 0;
        Piece("<unk>", 0, Unknown);
        Piece("<s>", 0, Control);
        Piece("</s>", 0, Control);
        for (var value = 0; value < 256; value++)
        {
            Piece($"<0x{value:X2}>", 0, Byte);
        }

        // Earlier pieces merge first.
        var pieces = Pieces().Distinct().Take(vocabSize - count).ToList();
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabSize, count + Characters().Count());
        foreach (var (rank, text) in pieces.Index())
        {
            Piece(text, -rank, null);
        }

        Message(output, TrainerField, trainer =>
        {
            Number(trainer, TrainerModelType, BytePairEncoding);
            Number(trainer, TrainerVocabSize, vocabSize);
            Number(trainer, TrainerByteFallback, 1);
        });
        Message(output, NormalizerField, normalizer =>
        {
            Text(normalizer, NormalizerName, "identity");
            Number(normalizer, NormalizerRemoveExtraWhitespaces, 0);
        });
        output.Flush();
        return model.ToArray();

        void Piece(string text, float score, int? type)
        {
            count++;
            Message(output, PiecesField, piece =>
            {
                Text(piece, PieceText, text);
                piece.WriteTag(PieceScore, WireFormat.WireType.Fixed32);
                piece.WriteFloat(score);
                if (type is { } kind)
                {
                    Number(piece, PieceType, kind);
                }
            });
        }
    }

    private static IEnumerable<string> Characters() => Enumerable.Range('!', '~' - '!' + 1).Select(letter => $"{(char)letter}").Prepend($"{Space}");

    // A word is reached through its beginnings: "_d", "_do", "_dog".
    private static IEnumerable<string> Pieces() => Characters()
        .Concat(SyntheticWords.Common.SelectMany(word => Enumerable.Range(1, word.Length).Select(length => $"{Space}{word[..length]}")))
        .Concat(SyntheticWords.Combinations());

    private static void Message(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        var bytes = new MemoryStream();
        var inner = new CodedOutputStream(bytes);
        write(inner);
        inner.Flush();
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(text, Encoding.UTF8));
    }

    private static void Number(CodedOutputStream output, int field, int number)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(number);
    }
}
