using System.Text.Json.Nodes;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.V1;

namespace Cafe.Cli.Evaluation;

/// <summary>A plan's items as the lines that <c>cafe batch</c> takes: the served pipeline is what is measured.</summary>
internal static class RequestFile
{
    /// <summary>Writes the lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">Whose items.</param>
    /// <param name="items">Those wanted.</param>
    /// <param name="variant">The setting.</param>
    /// <exception cref="CliException">An alpha below 1 needs an x_ref, and the plan has none for an item.</exception>
    public static void Write(string path, EvaluationPlan plan, IReadOnlyList<PlanItem> items, EvalVariant variant) =>
        File.WriteAllLines(path, items.Select(item => Line(plan, item, variant).ToJsonString()));

    /// <summary>An item without a setting: id, picture, words, seeds, number of pictures.</summary>
    public static JsonObject Line(EvaluationPlan plan, PlanItem item) => new()
    {
        ["id"] = item.Id,
        ["image"] = plan.PathOf(plan.SubjectOf(item).Picture),
        ["conversation"] = new JsonObject
        {
            ["turns"] = new JsonArray([.. item.Turns.Select(turn => (JsonNode)new JsonObject { ["role"] = turn.Role == ChatTurn.User ? "ROLE_USER" : "ROLE_ASSISTANT", ["text"] = turn.Text })]),
        },
        ["text_options"] = new JsonObject { ["seed"] = item.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        ["options"] = new JsonObject { ["seed"] = item.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture), ["count"] = plan.Description.Count },
    };

    private static JsonObject Line(EvaluationPlan plan, PlanItem item, EvalVariant variant)
    {
        var line = Line(plan, item);
        var options = line["options"]!.AsObject();
        Set(options, "steps", variant.Steps);
        Set(options, "subject_strength", variant.SubjectStrength);
        if (variant.GuidanceScale is { } scale)
        {
            options["guidance"] = new JsonObject { ["mode"] = "GUIDANCE_MODE_JOINT", ["scale"] = scale };
        }
        else if (variant.SemanticScale is not null || variant.SubjectScale is not null)
        {
            var dual = new JsonObject { ["mode"] = "GUIDANCE_MODE_DUAL" };
            Set(dual, "semantic_scale", variant.SemanticScale);
            Set(dual, "subject_scale", variant.SubjectScale);
            options["guidance"] = dual;
        }

        if (variant.Alpha is { } alpha)
        {
            var reference = ReferencePicker.Pick(plan, item) ?? throw new CliException($"Item {item.Id} has no x_ref: the plan has no target of the scene '{item.Scene}' that shows another subject.");
            line["semantic_image"] = plan.PathOf(reference.Target!);
            line["alpha"] = alpha;
        }

        if (variant.Conditions != Conditions.Both)
        {
            line["conditions"] = variant.Conditions == Conditions.Semantic ? "CONDITIONS_SEMANTIC" : "CONDITIONS_SUBJECT";
        }

        return line;
    }

    private static void Set<T>(JsonObject json, string name, T? value)
        where T : struct
    {
        if (value is { } given)
        {
            json[name] = JsonValue.Create(given);
        }
    }
}
