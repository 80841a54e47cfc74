using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>The residual block of the diffusion models (ResnetBlock2D).</summary>
internal static class ResnetBlock
{
    /// <param name="x">[N, from, h, w].</param>
    /// <param name="time">The timestep's embedding after its activation [N, timeWidth], or null in the autoencoder.</param>
    /// <returns>[N, to, h, w].</returns>
    public static Value Build(Scope scope, Value x, int from, int to, int groups, float epsilon, Value? time = null, int timeWidth = 0)
    {
        var h = scope.Silu(scope["norm1"].GroupNorm(x, from, groups, epsilon));
        h = scope["conv1"].Conv2d(h, from, to, kernel: 3, padding: 1);
        if (time is not null)
        {
            h = scope.Add(h, scope.Unsqueeze(scope["time_emb_proj"].Linear(time, timeWidth, to), 2, 3));
        }

        h = scope.Silu(scope["norm2"].GroupNorm(h, to, groups, epsilon));
        h = scope["conv2"].Conv2d(h, to, to, kernel: 3, padding: 1);
        return scope.Add(from == to ? x : scope["conv_shortcut"].Conv2d(x, from, to, kernel: 1), h);
    }
}
