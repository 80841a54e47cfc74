using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>
/// The frozen language model with what CAFE adds: V brings patch embeddings among the input embeddings, [IMG] stands after the reply, H reads its hidden state. The graphs are those that are
/// served; only V, H and [IMG] have gradients.
/// </summary>
public sealed class AssistantModel : IDisposable
{
    private readonly GraphModule llama;
    private readonly GraphModule vision;
    private readonly GraphModule head;
    private readonly string outputWeight;

    /// <param name="language">The language model's weights, frozen, under their published names.</param>
    /// <param name="own">V, H and [IMG], under the names of <see cref="CafeAssistant"/>.</param>
    /// <param name="recompute">Computes the language model's activations again in the backward pass.</param>
    public AssistantModel(LlamaConfig config, int subjectWidth, int semanticWidth, ParameterSet language, ParameterSet own, bool recompute = false)
    {
        Language = language;
        Own = own;
        outputWeight = config.TieWordEmbeddings ? Llama.EmbedTokens : "lm_head.weight";
        llama = new GraphModule(Llama.Plain(config), language, recompute ? GraphBlocks.ByLayer : null, "last_hidden_state");
        vision = new GraphModule(CafeAssistant.VisionProjection(subjectWidth, config.HiddenSize), own);
        head = new GraphModule(CafeAssistant.SemanticHead(config.HiddenSize, semanticWidth), own);
    }

    public ParameterSet Language { get; }

    public ParameterSet Own { get; }

    /// <summary>V, H and [IMG] before they are trained.</summary>
    public static ParameterSet CreateOwn(LlamaConfig config, int subjectWidth, int semanticWidth, long seed)
    {
        var graphs = new[] { CafeAssistant.VisionProjection(subjectWidth, config.HiddenSize), CafeAssistant.SemanticHead(config.HiddenSize, semanticWidth) };
        var own = new ParameterSet(new AssistantWidths(config.HiddenSize, subjectWidth, semanticWidth).Specs());
        ParameterInitialization.Initialize(own, graphs, seed);
        return own;
    }

    /// <summary>Runs rows of unequal length at once: prompt up to the picture, picture, rest of the prompt, reply, [IMG].</summary>
    /// <param name="batch">Token ids are int64, padded on the right with -1.</param>
    /// <returns>The mean cross-entropy of the replies' tokens, and h [B, semantic width].</returns>
    public (Tensor LanguageLoss, Tensor Predicted) Forward(AssistantBatch batch)
    {
        var (sequence, lengths) = Embed(batch);
        var hidden = llama.Forward(("inputs_embeds", sequence));                             // [B, S, D]
        var width = hidden.shape[2];
        var replies = batch.Reply.shape[1];

        // The reply's first token follows from the prompt's last, and so on; [IMG] is the row's last.
        var starts = lengths.Prompt + batch.Patches.shape[1];                                // [B]
        var places = (starts - 1).unsqueeze(1) + torch.arange(replies, ScalarType.Int64).unsqueeze(0);
        var saying = hidden.gather(1, places.clamp_max(hidden.shape[1] - 1).unsqueeze(2).expand(-1, -1, width));
        var logits = nn.functional.linear(saying, Language[outputWeight]);                   // [B, R, V]
        var loss = nn.functional.cross_entropy(logits.reshape(-1, logits.shape[2]), batch.Reply.reshape(-1), ignore_index: TokenRows.Padding);

        var ends = (starts + lengths.Reply).reshape(-1, 1, 1).expand(-1, 1, width);
        return (loss, head.Forward(("last_hidden_state", hidden.gather(1, ends).squeeze(1))));
    }

    /// <summary>D of Eq. 2.</summary>
    public static Tensor Distance(SemanticDistance kind, Tensor predicted, Tensor target) => kind switch
    {
        SemanticDistance.MeanSquaredError => nn.functional.mse_loss(predicted, target),
        SemanticDistance.NegativeCosine => 1 - nn.functional.cosine_similarity(predicted, target, 1, 1e-8).mean(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown distance."),
    };

    public void Dispose()
    {
        llama.Dispose();
        vision.Dispose();
        head.Dispose();
    }

    // All that a row may be made of beside each other, then picked in the row's own order: one gather, whatever the lengths.
    private (Tensor Sequence, (Tensor Prompt, Tensor Reply) Lengths) Embed(AssistantBatch batch)
    {
        var rows = batch.Prompt.shape[0];
        var picture = vision.Forward(("subject_embeddings", batch.Patches));                 // [B, T, D]
        var (prompts, tokens, replies) = (batch.Prompt.shape[1], picture.shape[1], batch.Reply.shape[1]);
        var image = Own[CafeAssistant.ImageToken].reshape(1, 1, -1).expand(rows, 1, -1);
        var bank = torch.cat([Look(batch.Prompt), picture, Look(batch.Reply), image], 1);
        var (prompt, reply) = (TokenRows.Lengths(batch.Prompt), TokenRows.Lengths(batch.Reply));

        var place = torch.arange(prompts + tokens + replies + 1, ScalarType.Int64).unsqueeze(0);     // [1, S]
        var (before, all) = (batch.ImagePosition.unsqueeze(1), (prompt + tokens).unsqueeze(1));
        var index = torch.where(place < before, place,
            torch.where(place < before + tokens, prompts + place - before,
            torch.where(place < all, place - tokens,
            torch.where(place < all + reply.unsqueeze(1), prompts + tokens + place - all,
            prompts + tokens + replies + torch.zeros_like(place)))));
        // After [IMG] the row is padded with [IMG]: nothing before it sees what comes later.
        var longest = (prompt + reply).max().item<long>() + tokens + 1;
        index = index.narrow(1, 0, longest);
        return (bank.gather(1, index.unsqueeze(2).expand(-1, -1, bank.shape[2])), (prompt, reply));
    }

    private Tensor Look(Tensor ids) => Language[Llama.EmbedTokens].index_select(0, ids.clamp_min(0).reshape(-1)).reshape(ids.shape[0], ids.shape[1], -1);
}
