using Cafe.Imaging;
using Cafe.Training.Data.Sources;

namespace Cafe.Training.Data.Subjects;

/// <summary>All subjects of the sources, clustered by likeness and split into seen and held out.</summary>
public sealed class SubjectCatalog
{
    private SubjectCatalog(IReadOnlyList<Subject> subjects, IReadOnlyList<string> designs, IReadOnlyList<SourceCredit> credits)
    {
        Subjects = subjects;
        Designs = designs;
        Credits = credits;
        Seen = [.. subjects.Where(subject => !subject.HeldOut)];
        HeldOut = [.. subjects.Where(subject => subject.HeldOut)];
    }

    /// <summary>In the order of the first source that has them.</summary>
    public IReadOnlyList<Subject> Subjects { get; }

    /// <summary>Those that training may show.</summary>
    public IReadOnlyList<Subject> Seen { get; }

    /// <summary>Those that only evaluation may show.</summary>
    public IReadOnlyList<Subject> HeldOut { get; }

    /// <summary>Names of the designs.</summary>
    public IReadOnlyList<string> Designs { get; }

    /// <summary>Whom the pack thanks.</summary>
    public IReadOnlyList<SourceCredit> Credits { get; }

    /// <summary>Reads the sources and splits them.</summary>
    /// <param name="sources">At least one; each with its own design name.</param>
    /// <param name="side">Longer side that cut-outs are brought to, in pixels, from 16.</param>
    /// <param name="heldOutShare">Share of the clusters held out, 0 to below 1.</param>
    public static SubjectCatalog Build(IReadOnlyList<ISubjectSource> sources, int side, double heldOutShare = 0.1)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(heldOutShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(heldOutShare, 1.0);
        if (sources.Count == 0)
        {
            throw new InvalidDataException("No source of subjects was given: name a font, a folder of emoji or a folder of cut-outs.");
        }

        var found = new Dictionary<string, (string Name, string Group, Dictionary<string, AlphaPicture> Pictures)>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var picture in sources.SelectMany(source => source.Read()))
        {
            if (Trim(picture.Picture, side) is not { } cutOut)
            {
                continue;
            }

            if (!found.TryGetValue(picture.Key, out var subject))
            {
                found[picture.Key] = subject = (picture.Name, picture.Group, new Dictionary<string, AlphaPicture>(StringComparer.Ordinal));
                order.Add(picture.Key);
            }

            subject.Pictures[picture.Design] = cutOut;
        }

        var clusters = LookAlikes.Cluster([.. order.Select(key => (key, found[key].Name, (IReadOnlyDictionary<string, AlphaPicture>)found[key].Pictures))]);
        var heldOut = HeldOutSplit.Choose(order, clusters, heldOutShare);
        var subjects = order.Select((key, index) => new Subject(
            index, key, found[key].Name, found[key].Group, clusters[index], heldOut.Contains(clusters[index]), found[key].Pictures)).ToList();
        return new SubjectCatalog(subjects, [.. sources.Select(source => source.Credit.Design).Distinct()], [.. sources.Select(source => source.Credit)]);
    }

    private static AlphaPicture? Trim(AlphaPicture picture, int side)
    {
        if (picture.Bounds() is not { } box)
        {
            return null;
        }

        var scale = (double)side / Math.Max(box.Width, box.Height);
        return picture.Crop(box.X, box.Y, box.Width, box.Height)
            .Resize(Math.Max(1, (int)Math.Round(box.Width * scale)), Math.Max(1, (int)Math.Round(box.Height * scale)));
    }
}
