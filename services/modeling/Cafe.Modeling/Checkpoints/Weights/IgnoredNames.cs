using System.Text.RegularExpressions;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Tensors that published files carry and no graph needs: buffers that are computed from the configuration.</summary>
public static class IgnoredNames
{
    /// <summary>Rotary frequencies (Llama before transformers 4.32) and position indices (CLIP before 4.31).</summary>
    public static IReadOnlyList<string> Buffers { get; } = [@"\.rotary_emb\.inv_freq$", @"(^|\.)position_ids$"];

    internal static bool Matches(IEnumerable<string> patterns, string name) =>
        patterns.Any(pattern => Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
}
