using System.Text;
using System.Text.Json;
using Cafe.Training.Data.Sources;
using Cafe.Training.Stages;

namespace Cafe.Training.Packing;

/// <summary>What a pack says of where its weights come from.</summary>
internal static class PackCredits
{
    /// <param name="credits">The data stage's credits.json.</param>
    public static string Text(string credits)
    {
        var sources = JsonSerializer.Deserialize<SourceCredit[]>(File.ReadAllText(credits), StageJson.Read) ?? [];
        var text = new StringBuilder("All weights were trained from nothing with Cafe and are published with it, under its licence.\n\n")
            .Append("The pictures that they were trained on were composed from painted scenes and from the subjects of\n");
        foreach (var source in sources)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"- {source.Title} by {source.Author}, {source.Licence}, package {source.Package}\n");
        }

        return text.Append("Sample pictures among the pack's files come from these sources, under their licences.\n").ToString();
    }
}
