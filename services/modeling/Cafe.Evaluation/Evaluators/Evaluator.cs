using System.Text.Json;
using Cafe.Imaging;
using Cafe.Imaging.Tensors;
using Cafe.Inference.Sessions;
using Cafe.Packs.Tokenizers;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Evaluation.Evaluators;

/// <summary>A judge of pictures over ONNX Runtime: DINO, CLIP, a face embedder, or the mini pack's identity and scene evaluators. Safe to use from several threads.</summary>
public sealed class Evaluator : IDisposable
{
    private const int BatchSize = 16;

    private readonly ModelSession pictures;
    private readonly ModelSession? texts;
    private readonly ClipTokenizer? tokenizer;
    private readonly PixelNormalization normalization;

    private Evaluator(EvaluatorDescription description, ModelSession pictures, ModelSession? texts, ClipTokenizer? tokenizer)
    {
        Description = description;
        this.pictures = pictures;
        this.texts = texts;
        this.tokenizer = tokenizer;
        normalization = new PixelNormalization(description.Preprocess.Mean, description.Preprocess.Std);
    }

    /// <summary>Its evaluator.json.</summary>
    public EvaluatorDescription Description { get; }

    /// <summary>Whether it embeds texts beside the pictures.</summary>
    public bool HasText => texts is not null;

    /// <summary>Opens an evaluator's folder.</summary>
    /// <exception cref="EvaluatorException">evaluator.json is missing or wrong, or the graphs are not what it says.</exception>
    public static Evaluator Load(string folder, SessionFactory sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        var description = ReadDescription(folder);
        var opened = new List<ModelSession>();
        try
        {
            var pictures = Open(description.Graph);
            Check(pictures, description.Graph, [description.Input], [description.Embedding, .. description.Heads.Values.Select(head => head.Output)]);
            ModelSession? texts = null;
            ClipTokenizer? tokenizer = null;
            if (description.Text is { } text)
            {
                texts = Open(text.Graph);
                Check(texts, text.Graph, ["input_ids", "attention_mask"], [text.Output]);
                tokenizer = ClipTokenizer.Read(Path.Combine(folder, text.Vocab), Path.Combine(folder, text.Merges));
            }

            return new Evaluator(description, pictures, texts, tokenizer);
        }
        catch (Exception failure)
        {
            opened.ForEach(session => session.Dispose());
            throw failure is FileNotFoundException or OnnxRuntimeException or GraphLoadException or Packs.Manifest.PackException ? new EvaluatorException($"{folder}: {failure.Message}", failure) : failure;
        }

        ModelSession Open(string graph)
        {
            var session = sessions.Open(Path.Combine(folder, graph));
            opened.Add(session);
            return session;
        }
    }

    /// <summary>Looks at pictures of any size; they are resized and cropped as the description says.</summary>
    public IReadOnlyList<PictureReading> Read(IReadOnlyList<Picture> all, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(all);
        var readings = new List<PictureReading>(all.Count);
        foreach (var batch in all.Chunk(BatchSize))
        {
            readings.AddRange(ReadBatch(batch, cancellation));
        }

        return readings;
    }

    /// <summary>Embeddings of texts, [width] each, not normalised.</summary>
    /// <exception cref="EvaluatorException">It has no text tower.</exception>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<string> all, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (texts is null || tokenizer is null || Description.Text is not { } text)
        {
            throw new EvaluatorException($"Evaluator '{Description.Name}' has no text tower: CLIP-T needs one.");
        }

        var embeddings = new List<float[]>(all.Count);
        foreach (var batch in all.Chunk(BatchSize))
        {
            var tokens = batch.Select(words => tokenizer.Encode(words, text.Positions)).ToArray();
            using var ids = Tensors.Of(tokens.SelectMany(t => t.Ids).ToArray(), batch.Length, text.Positions);
            using var mask = Tensors.Of(tokens.SelectMany(t => t.AttentionMask).ToArray(), batch.Length, text.Positions);
            using var result = texts.Run(new Dictionary<string, OrtValue> { ["input_ids"] = ids, ["attention_mask"] = mask }, cancellation);
            embeddings.AddRange(Rows(result, text.Output, batch.Length, null));
        }

        return embeddings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pictures.Dispose();
        texts?.Dispose();
    }

    private IEnumerable<PictureReading> ReadBatch(Picture[] batch, CancellationToken cancellation)
    {
        var (height, width) = (Description.Preprocess.CropHeight, Description.Preprocess.CropWidth);
        var length = 3 * height * width;
        var pixels = new float[batch.Length * length];                                       // [N, 3, h, w]
        Parallel.For(0, batch.Length, i =>
            batch[i].ResizeShortestEdge(Description.Preprocess.ShortestEdge).CenterCrop(width, height).ToTensor(normalization, pixels.AsSpan(i * length, length)));
        using var input = Tensors.Of(pixels, batch.Length, 3, height, width);
        using var result = pictures.Run(new Dictionary<string, OrtValue> { [Description.Input] = input }, cancellation);
        var embeddings = Rows(result, Description.Embedding, batch.Length, Description.Token);
        var labels = Description.Heads.ToDictionary(head => head.Key, head => Labels(result, head.Value, batch.Length));
        return [.. embeddings.Select((embedding, i) => new PictureReading(embedding, labels.ToDictionary(head => head.Key, head => head.Value[i])))];
    }

    private string[] Labels(ModelResult result, EvaluatorHead head, int rows) => [.. Rows(result, head.Output, rows, null).Select(logits =>
        logits.Length == head.Labels.Count
            ? head.Labels[Array.IndexOf(logits, logits.Max())]
            : throw new EvaluatorException($"Evaluator '{Description.Name}': {head.Output} has {logits.Length} classes; evaluator.json names {head.Labels.Count}."))];

    private float[][] Rows(ModelResult result, string output, int rows, int? token)
    {
        var shape = result.Shape(output);
        var fits = shape.Length == (token is null ? 2 : 3) && shape[0] == rows && (token is null || token < shape[1]);
        if (!fits)
        {
            throw new EvaluatorException($"Evaluator '{Description.Name}': {output} has the shape [{string.Join(", ", shape)}], which is no embedding of {rows} rows{(token is null ? "" : $" with a token {token}")}.");
        }

        var width = (int)shape[^1];
        var (stride, start) = token is null ? (width, 0) : ((int)shape[1] * width, token.Value * width);
        var all = result.Span<float>(output);
        var split = new float[rows][];
        for (var i = 0; i < rows; i++)
        {
            split[i] = all.Slice((i * stride) + start, width).ToArray();
        }

        return split;
    }

    private static EvaluatorDescription ReadDescription(string folder)
    {
        var path = Path.Combine(folder, EvaluatorDescription.FileName);
        if (!File.Exists(path))
        {
            throw new EvaluatorException($"{folder} is no evaluator: it has no {EvaluatorDescription.FileName}.");
        }

        try
        {
            var read = JsonSerializer.Deserialize<EvaluatorDescription>(File.ReadAllBytes(path), EvaluatorJson.Indented);
            return read?.Format == EvaluatorDescription.CurrentFormat
                ? read
                : throw new EvaluatorException($"{path} has the format '{read?.Format}'; {EvaluatorDescription.CurrentFormat} is known.");
        }
        catch (JsonException broken)
        {
            throw new EvaluatorException($"{path}: {broken.Message}", broken);
        }
    }

    private static void Check(ModelSession session, string graph, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        var missing = inputs.Except(session.Inputs.Select(t => t.Name)).Concat(outputs.Except(session.Outputs.Select(t => t.Name))).ToArray();
        if (missing.Length > 0)
        {
            throw new EvaluatorException($"{graph} has no {string.Join(", ", missing)}; it has {string.Join("; ", session.Inputs.Concat(session.Outputs))}.");
        }
    }
}
