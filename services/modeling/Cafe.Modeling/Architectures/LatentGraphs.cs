using Cafe.Inference.Diffusion;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// What keeps latents on a device from step to step: guidance and sampler as graphs of standard operators, without weights. They compute in double precision and round
/// where the host's arithmetic (SamplerRow) does. Operators move whole rows, or stay within one, so no picture's numbers depend on its neighbours.
/// <c>state</c> [S, 2C, H, W] holds a picture in each of its S slots: its latents [C, H, W], then the last step's x0 [C, H, W].
/// </summary>
public static class LatentGraphs
{
    private static readonly Dim[] PerRow = ["N", 1, 1, 1];

    /// <summary>Makes the graphs for a pack and opens them.</summary>
    public static LatentSessions Open(SessionFactory sessions, DiffuserSection section)
    {
        List<ModelSession> opened = [];
        try
        {
            foreach (var graph in new[] { BuildInput(section.LatentChannels, section.CoordinateChannels), BuildStep(section.LatentChannels), BuildCopy() })
            {
                opened.Add(sessions.Open(graph.Name, GraphWriter.ToBytes(graph, name => throw new InvalidOperationException($"Graph '{graph.Name}' has a weight '{name}'."))));
            }

            return new LatentSessions(opened[0], opened[1], opened[2]);
        }
        catch
        {
            opened.ForEach(session => session.Dispose());
            throw;
        }
    }

    /// <summary>
    /// What the UNet is given. Inputs: <c>state</c>; <c>slots</c> int64 [N], the picture of each row; <c>input_scale</c> float64 [N, 1, 1, 1];
    /// with coordinates <c>coordinates</c> [N, coordinates, H, W]. Outputs: <c>sample</c> [N, C + coordinates, H, W].
    /// </summary>
    /// <param name="channels">C.</param>
    /// <param name="coordinates">Constant channels after the latents; 0 for none.</param>
    public static Graph BuildInput(int channels, int coordinates)
    {
        var graph = new GraphBuilder("unet_input");
        var root = graph.Root;
        var state = graph.Input("state", "S", 2 * channels, "H", "W");
        var slots = graph.Input("slots", TensorType.Int64, "N");
        var scale = graph.Input("input_scale", TensorType.Float64, PerRow);
        var latents = root.Slice(root.Gather(state, slots), axis: 1, 0, channels); // [N, C, H, W]
        var sample = root.Cast(root.Mul(root.Cast(latents, TensorType.Float64), scale), TensorType.Float32);
        if (coordinates > 0)
        {
            sample = root.Concat(1, sample, graph.Input("coordinates", "N", coordinates, "H", "W"));
        }

        graph.Output("sample", sample, "N", channels + coordinates, "H", "W");
        return graph.Build();
    }

    /// <summary>
    /// Guidance and the sampler's step for D pictures. Inputs: <c>state</c>; <c>out_sample</c> [N, C, H, W]; <c>slots</c> int64 [D], each once;
    /// <c>term_rows</c> int64 [T, D], the rows of each picture's branches; <c>term_weights</c> float64 [T, D, 1, 1, 1]; <c>coefficients</c> float64 [K, D, 1, 1, 1]:
    /// SamplerStep's DenoisedLatents and DenoisedOutput, the bound of x0, NextLatents, NextOutput, NextDenoised, NextPrevious. A picture with fewer branches than T repeats
    /// one of its own with weight 0. Outputs: <c>next_state</c>, bound to the buffer of <c>state</c>, in which the D slots alone are written;
    /// <c>finite</c> bool [D, 1, 1, 1], false where the guided output holds NaN or infinity: that slot stays as it was.
    /// </summary>
    /// <param name="channels">C.</param>
    public static Graph BuildStep(int channels)
    {
        var graph = new GraphBuilder("latent_step");
        var root = graph.Root;
        var state = graph.Input("state", "S", 2 * channels, "H", "W");
        var outputs = graph.Input("out_sample", "N", channels, "H", "W");
        var slots = graph.Input("slots", TensorType.Int64, "D");
        var termRows = graph.Input("term_rows", TensorType.Int64, LatentSessions.Terms, "D");
        var termWeights = graph.Input("term_weights", TensorType.Float64, LatentSessions.Terms, "D", 1, 1, 1);
        var coefficients = Parts(root["coefficients"], graph.Input("coefficients", TensorType.Float64, LatentSessions.Coefficients, "D", 1, 1, 1), LatentSessions.Coefficients);

        // Summed in the branches' order and rounded once. [T, D, C, H, W] -> [D, C, H, W]
        var guidance = root["guidance"];
        var weighted = Parts(guidance, guidance.Mul(guidance.Cast(guidance.Gather(outputs, termRows), TensorType.Float64), termWeights), LatentSessions.Terms);
        var guided = guidance.Cast(weighted.Aggregate(guidance.Add), TensorType.Float32);

        // 0 x is 0 for every number and NaN for what is none.
        var finite = root["finite"];
        var zeros = finite.Op("ReduceSum", [finite.Mul(guided, graph.Scalar(0f)), graph.Constant(1, 2, 3)], new() { ["keepdims"] = 1 });
        var isFinite = finite.Equal(zeros, graph.Scalar(0f)); // [D, 1, 1, 1]

        var before = root.Gather(state, slots); // [D, 2C, H, W]
        var halves = root.Split(before, axis: 1, 2);
        var after = Advance(root["sampler"], halves[0], halves[1], guided, coefficients);
        var next = root.Op("ScatterND", [state, root.Unsqueeze(slots, 1), root.Where(isFinite, after, before)]);
        graph.Output("next_state", next, "S", 2 * channels, "H", "W");
        graph.Output("finite", isFinite, TensorType.Bool, "D", 1, 1, 1);
        return graph.Build();
    }

    /// <summary>
    /// A copy whose ends may each lie on the host or on the device. Inputs: <c>source</c> [n]; <c>divisor</c> float64, no dimensions.
    /// Outputs: <c>target</c> [n], source / divisor.
    /// </summary>
    public static Graph BuildCopy()
    {
        var graph = new GraphBuilder("latent_copy");
        var source = graph.Root.Cast(graph.Input("source", "n"), TensorType.Float64);
        graph.Output("target", graph.Root.Div(source, graph.Input("divisor", TensorType.Float64)), "n");
        return graph.Build();
    }

    // SamplerStep's equations, in SamplerRow's order. x, x0 and the output [D, C, H, W] -> [D, 2C, H, W]
    private static Value Advance(Scope scope, Value x, Value x0, Value output, Value[] coefficients)
    {
        var (latents, previous, guided) = (scope.Cast(x, TensorType.Float64), scope.Cast(x0, TensorType.Float64), scope.Cast(output, TensorType.Float64));
        if (coefficients is not [var denoisedLatents, var denoisedOutput, var clamp, var nextLatents, var nextOutput, var nextDenoised, var nextPrevious])
        {
            throw new InvalidOperationException($"{coefficients.Length} coefficients are not those of a sampler's step.");
        }

        var denoised = scope.Add(scope.Mul(denoisedLatents, latents), scope.Mul(denoisedOutput, guided));
        denoised = scope.Op("Max", [scope.Op("Min", [denoised, clamp]), scope.Op("Neg", [clamp])]);
        var next = scope.Add(scope.Mul(nextLatents, latents), scope.Mul(nextOutput, guided));
        next = scope.Add(scope.Add(next, scope.Mul(nextDenoised, denoised)), scope.Mul(nextPrevious, previous));
        return scope.Concat(1, scope.Cast(next, TensorType.Float32), scope.Cast(denoised, TensorType.Float32));
    }

    // [count, ...] to its parts.
    private static Value[] Parts(Scope scope, Value stacked, int count) => [.. scope.Split(stacked, axis: 0, count).Select(part => scope.Squeeze(part, 0))];
}
