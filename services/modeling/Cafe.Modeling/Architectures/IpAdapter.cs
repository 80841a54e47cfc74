using System.Globalization;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// The published adapters that let a text-to-image UNet attend to a picture: the same decoupled attention as CAFE's (Eq. 1), with text tokens in the place of the semantic condition, projected tokens of a CLIP
/// picture in the place of the subject, and the adapter's scale in the place of the subject strength. <see cref="UNet"/> runs them as it is; what is here are the names and the projections.
/// </summary>
public static class IpAdapter
{
    private const string Projection = "image_proj.";
    private const string Keys = "to_k_ip.weight";
    private const float NormEps = 1e-5f;

    // Published resamplers have heads of this width, whatever their number.
    private const int HeadSize = 64;

    /// <summary>
    /// The UNet's tensors with the adapter's keys and values in the subject's place. The file numbers the UNet's attention modules from 0 in the order down, up, mid, self attention before
    /// cross attention, so that cross attention has the odd numbers. The view owns neither.
    /// </summary>
    /// <exception cref="CheckpointException">A number does not belong to a module.</exception>
    public static Checkpoint UNet(Checkpoint unet, Checkpoint adapter, UNetConfig config)
    {
        var layers = Architectures.UNet.CrossAttentions(config);
        var inFileOrder = layers.OrderBy(l => l.Path.StartsWith("mid_block", StringComparison.Ordinal)).ToArray();
        var own = adapter.Tensors.Where(t => !t.Name.StartsWith(Projection, StringComparison.Ordinal)).Select(tensor =>
        {
            if (tensor.Name.Split('.') is not ["ip_adapter", var text, "to_k_ip" or "to_v_ip", "weight"]
                || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number % 2 == 0 || number / 2 >= inFileOrder.Length)
            {
                throw new CheckpointException($"{adapter.Name}: '{tensor.Name}' belongs to none of the UNet's {inFileOrder.Length} cross-attention modules.");
            }

            var kind = tensor.Name.EndsWith(Keys, StringComparison.Ordinal) ? "to_k_subject" : "to_v_subject";
            return tensor.Rename($"{inFileOrder[number / 2].Path}.{kind}.weight");
        });
        return new TensorTable($"{unet.Name} with {adapter.Name}", [.. unet.Tensors, .. own]);
    }

    /// <summary>The projection's tensors. The view does not own the file.</summary>
    public static Checkpoint ProjectionWeights(Checkpoint adapter) =>
        new TensorTable(adapter.Name, [.. adapter.Tensors.Where(t => t.Name.StartsWith(Projection, StringComparison.Ordinal))]);

    /// <summary>True where the projection reads all of a picture's tokens (after all but the last of CLIP's layers), false where it reads the one embedding.</summary>
    public static bool ReadsTokens(Checkpoint adapter) => adapter.TryGet(Projection + "latents", out _);

    /// <summary><c>image_features</c>, [N, width] or [N, T, width], to <c>image_tokens</c> [N, tokens, cross-attention width].</summary>
    public static Graph BuildProjection(Checkpoint adapter, GraphOptions? options = null)
    {
        var g = new GraphBuilder("image_projection", options);
        return ReadsTokens(adapter) ? Resample(g, adapter) : Project(g, adapter);
    }

    private static Graph Project(GraphBuilder g, Checkpoint adapter)
    {
        var scope = g.Root["image_proj"];
        var (all, from) = Matrix(adapter, "image_proj.proj.weight");
        var to = adapter["image_proj.norm.weight"].Count;
        var features = g.Input("image_features", "N", from);
        var tokens = scope.Reshape(scope["proj"].Linear(features, from, all), 0, all / to, to);   // [N, tokens, to]
        g.Output("image_tokens", scope["norm"].LayerNorm(tokens, to, NormEps), "N", all / to, to);
        return g.Build();
    }

    // Learned queries that attend to the picture's tokens and to each other.
    private static Graph Resample(GraphBuilder g, Checkpoint adapter)
    {
        var scope = g.Root["image_proj"];
        var (width, from) = Matrix(adapter, "image_proj.proj_in.weight");
        var (to, _) = Matrix(adapter, "image_proj.proj_out.weight");
        var tokens = adapter["image_proj.latents"].Shape[1];
        var layers = adapter.Tensors.Count(t => t.Name.StartsWith("image_proj.layers.", StringComparison.Ordinal) && t.Name.EndsWith(".to_q.weight", StringComparison.Ordinal));
        var features = g.Input("image_features", "N", "T", from);
        var x = scope["proj_in"].Linear(features, from, width);                                   // [N, T, width]
        var rows = scope.Concat(0, scope.Shape(x, 0, 1), g.Constant(1, 1));                       // N, 1, 1
        var latents = scope.Expand(scope.Weight("latents", 1, tokens, width), rows);              // [N, tokens, width]
        for (var i = 0; i < layers; i++)
        {
            var (inner, _) = Matrix(adapter, $"image_proj.layers.{i}.0.to_q.weight");
            var (hidden, _) = Matrix(adapter, $"image_proj.layers.{i}.1.1.weight");
            latents = scope.Add(latents, Attend(scope["layers", i]["0"], x, latents, width, inner));
            var feedForward = scope["layers", i]["1"];
            var h = feedForward["1"].Linear(feedForward["0"].LayerNorm(latents, width, NormEps), width, hidden, bias: false);
            latents = scope.Add(latents, feedForward["3"].Linear(feedForward.Gelu(h), hidden, width, bias: false));
        }

        var output = scope["proj_out"].Linear(latents, width, to);
        g.Output("image_tokens", scope["norm_out"].LayerNorm(output, to, NormEps), "N", tokens, to);
        return g.Build();
    }

    private static Value Attend(Scope scope, Value x, Value latents, long width, long inner)
    {
        var queries = scope["norm2"].LayerNorm(latents, width, NormEps);
        var seen = scope.Concat(1, scope["norm1"].LayerNorm(x, width, NormEps), queries);         // [N, T + tokens, width]
        var both = scope.Split(scope["to_kv"].Linear(seen, width, 2 * inner, bias: false), -1, 2);
        var query = scope["to_q"].Linear(queries, width, inner, bias: false);
        return scope["to_out"].Linear(scope.Attention(query, both[0], both[1], (int)(inner / HeadSize)), inner, width, bias: false);
    }

    private static (long Rows, long Columns) Matrix(Checkpoint adapter, string name) => adapter[name].Shape is [var rows, var columns]
        ? (rows, columns)
        : throw new CheckpointException($"{adapter[name]} should be a matrix.");
}
