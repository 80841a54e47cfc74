using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>Everything that a pack is built from: configurations, weights, tokenizers, licences. Owns the checkpoints.</summary>
public sealed record PackSources : IDisposable
{
    public required PackIdentity Identity { get; init; }

    /// <summary>E: DINOv2.</summary>
    public required Dinov2Config Subject { get; init; }

    public required Checkpoint SubjectWeights { get; init; }

    /// <summary>The crop sets the size that the graph is lowered for.</summary>
    public required ImagePreprocess SubjectPreprocess { get; init; }

    /// <summary>C: CLIP.</summary>
    public required ClipConfig Clip { get; init; }

    public required Checkpoint ClipWeights { get; init; }

    public required ImagePreprocess ClipPreprocess { get; init; }

    /// <summary>C's text tower is built where its tokenizer is given.</summary>
    public ClipTokenizerFiles? ClipTokenizer { get; init; }

    /// <summary>M: Llama.</summary>
    public required LlamaConfig Llama { get; init; }

    public required Checkpoint LlamaWeights { get; init; }

    /// <summary>A SentencePiece model file.</summary>
    public required byte[] Tokenizer { get; init; }

    public required int BosTokenId { get; init; }

    public required IReadOnlyList<int> EosTokenIds { get; init; }

    /// <summary>G.</summary>
    public required UNetConfig Unet { get; init; }

    public required Checkpoint UnetWeights { get; init; }

    /// <summary>Edge of the latents that the UNet was trained on.</summary>
    public required int SampleSize { get; init; }

    public required AutoencoderKlConfig Vae { get; init; }

    public required Checkpoint VaeWeights { get; init; }

    /// <summary>diffusers' scheduler_config.json.</summary>
    public required JsonElement Scheduler { get; init; }

    /// <summary>V, H, [IMG] and, where they are learned, null embeddings: see <see cref="CafeWeights"/>.</summary>
    public required Checkpoint Cafe { get; init; }

    /// <summary>Whether the UNet was trained on semantic conditions of unit length.</summary>
    public bool NormalizeSemantic { get; init; }

    /// <summary>One licence for each source: file name in <c>licenses/</c> to text.</summary>
    public required IReadOnlyDictionary<string, string> Licenses { get; init; }

    /// <summary>Pictures to try: file name in <c>samples/</c> to contents.</summary>
    public IReadOnlyDictionary<string, byte[]> Samples { get; init; } = new Dictionary<string, byte[]>();

    public void Dispose()
    {
        SubjectWeights.Dispose();
        ClipWeights.Dispose();
        LlamaWeights.Dispose();
        UnetWeights.Dispose();
        VaeWeights.Dispose();
        Cafe.Dispose();
    }
}
