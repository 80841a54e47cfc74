using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Encoding;

/// <summary>The encoder part of a pack over ONNX Runtime.</summary>
public sealed class EncoderModel : IEncoderModel
{
    private readonly ModelSession _subject;
    private readonly ModelSession _image;
    private readonly ModelSession? _text;
    private readonly ClipTokenizer? _tokenizer;

    private EncoderModel(EncoderSection section, ModelSession subject, ModelSession image, ModelSession? text, ClipTokenizer? tokenizer)
    {
        Section = section;
        _subject = subject;
        _image = image;
        _text = text;
        _tokenizer = tokenizer;
    }

    /// <inheritdoc/>
    public EncoderSection Section { get; }

    /// <summary>Opens the graphs of a pack's encoder part, and no other part's.</summary>
    /// <exception cref="PackException">Files are missing or of another length, or a graph's signature isn't the format's.</exception>
    /// <exception cref="GraphLoadException">The runtime refuses a graph.</exception>
    public static EncoderModel Load(PackFolder pack, SessionFactory sessions)
    {
        pack.CheckFiles(pack.Manifest.Parts.Encoder);
        var section = pack.Manifest.Encoder;
        var opened = new List<ModelSession>();
        try
        {
            ModelSession Open(string graph, string input, string output)
            {
                var session = sessions.Open(pack.PathOf(graph));
                opened.Add(session);
                CheckSignature(session, graph, input, output);
                return session;
            }

            var subject = Open(section.Subject.Graph, "pixel_values", "last_hidden_state");
            var image = Open(section.Image.Graph, "pixel_values", "image_embeds");
            var text = section.Text is { } tower ? Open(tower.Graph, "input_ids", "text_embeds") : null;
            var tokenizer = section.Text is { } files ? ClipTokenizer.Read(pack.PathOf(files.Vocab), pack.PathOf(files.Merges)) : null;
            return new EncoderModel(section, subject, image, text, tokenizer);
        }
        catch
        {
            opened.ForEach(session => session.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public float[][] EncodePictures(EncoderTower tower, IReadOnlyList<IPixelRow> pictures)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count);
        var (session, spec, output) = tower switch
        {
            EncoderTower.Subject => (_subject, Section.Subject, "last_hidden_state"),
            EncoderTower.Image => (_image, Section.Image, "image_embeds"),
            _ => throw new ArgumentOutOfRangeException(nameof(tower), tower, "Not a tower for pictures."),
        };
        var (height, width) = (spec.Preprocess.CropHeight, spec.Preprocess.CropWidth);
        var length = 3 * height * width;
        var pixels = new float[pictures.Count * length]; // [N, 3, h, w]
        Parallel.For(0, pictures.Count, i => pictures[i].Write(pixels.AsSpan(i * length, length)));
        using var input = Tensors.Of(pixels, pictures.Count, 3, height, width);
        using var result = session.Run(new Dictionary<string, OrtValue> { ["pixel_values"] = input });
        return Rows(result.Span<float>(output), pictures.Count, spec.Tokens * spec.Width, spec.Graph);
    }

    /// <inheritdoc/>
    public float[][] EncodeTexts(IReadOnlyList<ClipTokens> texts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(texts.Count);
        var (session, spec) = (_text ?? throw NoText(), Section.Text!);
        using var ids = Tensors.Of(texts.SelectMany(text => text.Ids).ToArray(), texts.Count, spec.Positions);
        using var mask = Tensors.Of(texts.SelectMany(text => text.AttentionMask).ToArray(), texts.Count, spec.Positions);
        using var result = session.Run(new Dictionary<string, OrtValue> { ["input_ids"] = ids, ["attention_mask"] = mask });
        return Rows(result.Span<float>("text_embeds"), texts.Count, spec.Width, spec.Graph);
    }

    /// <inheritdoc/>
    public ClipTokens Tokenize(string text) => (_tokenizer ?? throw NoText()).Encode(text, Section.Text!.Positions);

    /// <inheritdoc/>
    public void Dispose()
    {
        _subject.Dispose();
        _image.Dispose();
        _text?.Dispose();
    }

    private static NotSupportedException NoText() => new("The pack has no text tower.");

    private static void CheckSignature(ModelSession session, string graph, string input, string output)
    {
        if (!session.Inputs.Any(tensor => tensor.Name == input) || !session.Outputs.Any(tensor => tensor.Name == output))
        {
            throw new PackException(
                $"{graph} must have the input {input} and the output {output}; it has {string.Join("; ", session.Inputs.Concat(session.Outputs))}.");
        }
    }

    private static float[][] Rows(ReadOnlySpan<float> all, int rows, int length, string graph)
    {
        if (all.Length != rows * length)
        {
            throw new PackException($"{graph} gave {all.Length} values for {rows} rows; the manifest says {length} each.");
        }

        var split = new float[rows][];
        for (var i = 0; i < rows; i++)
        {
            split[i] = all.Slice(i * length, length).ToArray();
        }

        return split;
    }
}
