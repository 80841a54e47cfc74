using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;

namespace Cafe.Cli.Evaluation;

/// <summary>Subjects and what was made of them, to be judged by eye.</summary>
internal static class PictureGrid
{
    private const int Items = 40, Cell = 128, Width = 12;

    /// <summary>Writes a sheet of up to 40 items spread over the plan: x, then the first picture of each result. Null where nothing was made.</summary>
    public static string? Write(string path, EvaluationPlan plan, IReadOnlyList<IReadOnlyList<ScoredPicture>> results)
    {
        var made = results.Select(pictures => pictures.Where(picture => picture.Index == 0).ToDictionary(picture => picture.Item.Id)).ToArray();
        var items = plan.Items.Where(item => made.All(pictures => pictures.ContainsKey(item.Id))).ToArray();
        if (items.Length == 0)
        {
            return null;
        }

        var step = Math.Max(1, items.Length / Items);
        var cells = items.Where((_, i) => i % step == 0).Take(Items)
            .SelectMany(item => made.Select(pictures => pictures[item.Id].Path).Prepend(plan.PathOf(plan.SubjectOf(item).Picture)))
            .Select(file => Square(PictureReader.Read(file))).ToArray();
        var group = made.Length + 1;
        ContactSheet.Write(path, cells, Math.Max(1, Width / group) * group, Cell);
        return path;
    }

    private static Picture Square(Picture picture)
    {
        var side = Math.Min(picture.Width, picture.Height);
        return picture.CenterCrop(side, side);
    }
}
