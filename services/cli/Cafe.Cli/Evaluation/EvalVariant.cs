using System.Globalization;
using Cafe.V1;

namespace Cafe.Cli.Evaluation;

/// <summary>One setting that a plan is generated under; what is null is the pack's own.</summary>
/// <param name="Name">Its folder's name.</param>
internal sealed record EvalVariant(string Name)
{
    public Conditions Conditions { get; init; } = Conditions.Both;

    /// <summary>alpha of Eq. 4, with x_ref from the plan's own targets.</summary>
    public double? Alpha { get; init; }

    public double? GuidanceScale { get; init; }

    public double? SemanticScale { get; init; }

    public double? SubjectScale { get; init; }

    public double? SubjectStrength { get; init; }

    public int? Steps { get; init; }

    /// <summary>The base, or with sweeps one variant for each value of each: sweeps are not multiplied.</summary>
    /// <param name="conditions"><c>both,semantic,subject</c>; null for the base alone.</param>
    /// <param name="sweeps"><c>guidance_scale=1,2.5,4</c> and the like.</param>
    /// <param name="steps">Of every variant; null: the pack's.</param>
    /// <exception cref="CliException">A name or a value that is none.</exception>
    public static IReadOnlyList<EvalVariant> Parse(string? conditions, IReadOnlyList<string> sweeps, int? steps)
    {
        var variants = new List<EvalVariant>();
        foreach (var name in conditions?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            variants.Add(new EvalVariant(name)
            {
                Conditions = name switch
                {
                    "both" => Conditions.Both,
                    "semantic" => Conditions.Semantic,
                    "subject" => Conditions.Subject,
                    _ => throw new CliException($"--conditions takes both, semantic and subject, not '{name}'."),
                },
            });
        }

        foreach (var sweep in sweeps)
        {
            if (sweep.Split('=') is not [var field, var values])
            {
                throw new CliException($"--sweep takes NAME=VALUE,VALUE,..., not '{sweep}'.");
            }

            variants.AddRange(values.Split(',', StringSplitOptions.TrimEntries).Select(value => Sweep(field.Trim(), value)));
        }

        if (variants.Count == 0)
        {
            variants.Add(new EvalVariant("base"));
        }

        return variants.Select(variant => variant.Name).Distinct().Count() == variants.Count
            ? [.. variants.Select(variant => variant with { Steps = variant.Steps ?? steps })]
            : throw new CliException("A variant is asked for twice.");
    }

    private static EvalVariant Sweep(string field, string value)
    {
        var variant = new EvalVariant($"{field}-{value}");
        return field switch
        {
            "alpha" => variant with { Alpha = Number(1) },
            "guidance_scale" => variant with { GuidanceScale = Number(30) },
            "semantic_scale" => variant with { SemanticScale = Number(30) },
            "subject_scale" => variant with { SubjectScale = Number(30) },
            "subject_strength" => variant with { SubjectStrength = Number(2) },
            "steps" => variant with { Steps = (int)Number(150) },
            _ => throw new CliException($"--sweep knows alpha, guidance_scale, semantic_scale, subject_scale, subject_strength and steps, not '{field}'."),
        };

        double Number(double most) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most
            ? number
            : throw new CliException($"--sweep {field} takes numbers from 0 to {most}, not '{value}'.");
    }
}
