using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Quantization;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>Everything that will be in a pack, defined before a byte is written, so that weights that don't fit fail at once.</summary>
internal sealed class PackPlan
{
    private readonly PackSources sources;
    private readonly GraphOptions graphs;
    private readonly PackBuildOptions options;
    private readonly bool hasText;

    public PackPlan(PackSources sources, PackBuildOptions options)
    {
        this.sources = sources;
        this.options = options;
        hasText = sources.ClipTokenizer is not null;
        var target = options.Target switch
        {
            PackTarget.Cpu => GraphTarget.Cpu,
            PackTarget.Cuda => GraphTarget.Cuda,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Target, "Unknown target."),
        };
        graphs = GraphOptions.For(target, half: options.Precision != PackPrecision.Fp32);
        Encoder = [.. PlanEncoder()];
        Assistant = [.. PlanAssistant()];
        Diffuser = [.. PlanDiffuser()];
        Loose = [.. sources.Licenses.Select(file => new BytesItem($"licenses/{file.Key}", System.Text.Encoding.UTF8.GetBytes(file.Value))), .. sources.Samples.Select(file => new BytesItem($"samples/{file.Key}", file.Value))];
        CheckWeights();
    }

    public IReadOnlyList<PackItem> Encoder { get; }

    public IReadOnlyList<PackItem> Assistant { get; }

    public IReadOnlyList<PackItem> Diffuser { get; }

    /// <summary>Licences and samples, which are part of no fingerprint.</summary>
    public IReadOnlyList<PackItem> Loose { get; }

    public IEnumerable<PackItem> All => Encoder.Concat(Assistant).Concat(Diffuser).Concat(Loose);

    /// <summary>Type of embed_tokens.bin.</summary>
    public TensorType EmbedType => options.Precision == PackPrecision.Fp32 ? TensorType.Float32 : TensorType.Float16;

    /// <summary>Type of the key/value cache, which is what the decoder computes in.</summary>
    public TensorType CacheType => graphs.Compute;

    private IEnumerable<PackItem> PlanEncoder()
    {
        var crop = sources.SubjectPreprocess;
        var patch = sources.Subject.PatchSize;
        if (crop.CropHeight % patch != 0 || crop.CropWidth % patch != 0)
        {
            throw new CheckpointException($"The subject's crop of {crop.CropHeight} x {crop.CropWidth} pixels is no multiple of the patch size {patch}.");
        }

        if ((sources.ClipPreprocess.CropHeight, sources.ClipPreprocess.CropWidth) != (sources.Clip.ImageSize, sources.Clip.ImageSize))
        {
            throw new CheckpointException($"CLIP's crop should be its image size of {sources.Clip.ImageSize} pixels.");
        }

        yield return new GraphItem(PackPaths.Subject, Dinov2.Build(sources.Subject, crop.CropHeight, crop.CropWidth, graphs), sources.SubjectWeights);
        yield return new GraphItem(PackPaths.Image, Clip.BuildVision(sources.Clip, graphs), sources.ClipWeights);
        if (sources.ClipTokenizer is { } tokenizer)
        {
            yield return new GraphItem(PackPaths.Text, Clip.BuildText(sources.Clip, sources.Clip.MaxPositionEmbeddings, graphs), sources.ClipWeights);
            yield return new BytesItem(PackPaths.Vocab, tokenizer.Vocab);
            yield return new BytesItem(PackPaths.Merges, tokenizer.Merges);
        }
    }

    private IEnumerable<PackItem> PlanAssistant()
    {
        var llama = sources.Llama;
        var int4 = options.Precision == PackPrecision.Int4 ? Int4Quantization.Symmetric : Int4Quantization.None;
        yield return new GraphItem(PackPaths.Decoder, Llama.Cached(llama, graphs, int4), sources.LlamaWeights);
        yield return new GraphItem(PackPaths.VisionProjection, CafeAssistant.VisionProjection(sources.Subject.HiddenSize, llama.HiddenSize, graphs), sources.Cafe);
        yield return new GraphItem(PackPaths.SemanticHead, CafeAssistant.SemanticHead(llama.HiddenSize, sources.Clip.ProjectionDim, graphs), sources.Cafe);
        yield return new RowsItem(PackPaths.EmbedTokens, sources.LlamaWeights[Llama.EmbedTokens].Cast(EmbedType));
        yield return new RowsItem(PackPaths.ImageToken, sources.Cafe[CafeAssistant.ImageToken].Cast(TensorType.Float32));
        yield return new BytesItem(PackPaths.Tokenizer, sources.Tokenizer);
    }

    private IEnumerable<PackItem> PlanDiffuser()
    {
        yield return new GraphItem(PackPaths.Conditioner, UNet.BuildConditioner(sources.Unet, graphs), sources.UnetWeights);
        yield return new GraphItem(PackPaths.Unet, UNet.Build(sources.Unet, graphs), sources.UnetWeights);
        yield return new GraphItem(PackPaths.VaeDecoder, AutoencoderKl.BuildDecoder(sources.Vae, graphs), sources.VaeWeights);
        yield return new GraphItem(PackPaths.VaeEncoder, AutoencoderKl.BuildEncoder(sources.Vae, graphs), sources.VaeWeights);
        foreach (var (name, path) in new[] { (CafeWeights.NullSemantic, PackPaths.NullSemantic), (CafeWeights.NullSubject, PackPaths.NullSubject) })
        {
            if (sources.Cafe.TryGet(name, out var rows))
            {
                yield return new RowsItem(path, rows.Cast(TensorType.Float32));
            }
        }
    }

    // Every checkpoint against every graph that reads it, both ways.
    private void CheckWeights()
    {
        var llama = sources.Llama;
        StrictCheck(sources.SubjectWeights, Dinov2.Ignored);
        StrictCheck(sources.ClipWeights, hasText ? Clip.Ignored : [.. Clip.Ignored, @"^text_(model|projection)\."]);
        StrictCheck(sources.LlamaWeights, Llama.Ignored, (Llama.EmbedTokens, [llama.VocabSize, llama.HiddenSize]));
        StrictCheck(sources.UnetWeights, []);
        StrictCheck(sources.VaeWeights, []);
        List<(string, long[])> own = [(CafeAssistant.ImageToken, [llama.HiddenSize])];
        if (sources.Cafe.TryGet(CafeWeights.NullSemantic, out _))
        {
            own.Add((CafeWeights.NullSemantic, [PackManifests.SemanticTokens, sources.Unet.SemanticWidth]));
        }

        if (sources.Cafe.TryGet(CafeWeights.NullSubject, out _))
        {
            own.Add((CafeWeights.NullSubject, [PackManifests.SubjectTokens(sources), sources.Unet.SubjectWidth]));
        }

        StrictCheck(sources.Cafe, [], [.. own]);
    }

    private void StrictCheck(Checkpoint checkpoint, IReadOnlyList<string> ignored, params IReadOnlyList<(string Name, long[] Shape)> others)
    {
        var weights = new StrictWeights(checkpoint, ignored);
        foreach (var (name, shape) in All.OfType<GraphItem>().Where(item => item.Weights == checkpoint).SelectMany(item => item.Graph.PublishedWeights))
        {
            weights.Take(name, [.. shape]);
        }

        foreach (var (name, shape) in others)
        {
            weights.Take(name, [.. shape]);
        }

        weights.Complete();
    }
}
