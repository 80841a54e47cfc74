using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>CAFE's own layers around the language model, from its one safetensors file: V, H and [IMG].</summary>
public static class CafeAssistant
{
    /// <summary>Name of [IMG], the learned input embedding, [hidden].</summary>
    public const string ImageToken = "image_token";

    /// <summary>Name of V's weight, [hidden, width]; its bias is beside it.</summary>
    public const string VisionProjectionWeight = "vision_projection.weight";

    /// <summary>Name of H's weight, [semantic width, hidden]; its bias is beside it.</summary>
    public const string SemanticHeadWeight = "semantic_head.weight";

    /// <summary>
    /// V: the subject's patch embeddings as input embeddings of the language model. Inputs: <c>subject_embeddings</c> [N, T, width]. Outputs: <c>inputs_embeds</c> [N, T, hidden].
    /// </summary>
    public static Graph VisionProjection(int width, int hidden, GraphOptions? options = null)
    {
        var graph = new GraphBuilder("vision_projection", options);
        var x = graph.Input("subject_embeddings", "N", "T", width);
        graph.Output("inputs_embeds", graph.Root["vision_projection"].Linear(x, width, hidden), "N", "T", hidden);
        return graph.Build();
    }

    /// <summary>
    /// H: the hidden state at [IMG] as a CLIP embedding. Inputs: <c>last_hidden_state</c> [N, hidden]. Outputs: <c>semantic_embeds</c> [N, semantic width].
    /// </summary>
    public static Graph SemanticHead(int hidden, int semanticWidth, GraphOptions? options = null)
    {
        var graph = new GraphBuilder("semantic_head", options);
        var x = graph.Input("last_hidden_state", "N", hidden);
        graph.Output("semantic_embeds", graph.Root["semantic_head"].Linear(x, hidden, semanticWidth), "N", semanticWidth);
        return graph.Build();
    }
}
