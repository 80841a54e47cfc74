using System.Text.RegularExpressions;

namespace Cafe.Modeling.Checkpoints;

/// <summary>One older published name and its present form, as a regular expression and its replacement.</summary>
/// <param name="Pattern">Matched anywhere in the name.</param>
/// <param name="Replacement">With <c>$1</c> for groups.</param>
public sealed record KeyRename(string Pattern, string Replacement)
{
    /// <summary>Attention of the autoencoders published before diffusers 0.18, among them Stable Diffusion 2's.</summary>
    public static IReadOnlyList<KeyRename> AutoencoderAttention { get; } =
    [
        new(@"(\.attentions\.\d+)\.query\.", "$1.to_q."),
        new(@"(\.attentions\.\d+)\.key\.", "$1.to_k."),
        new(@"(\.attentions\.\d+)\.value\.", "$1.to_v."),
        new(@"(\.attentions\.\d+)\.proj_attn\.", "$1.to_out.0."),
    ];

    internal string Apply(string name) => Regex.Replace(name, Pattern, Replacement, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
