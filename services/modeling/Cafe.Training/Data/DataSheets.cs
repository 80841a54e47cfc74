using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.Imaging.Subjects;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Data.Subjects;

namespace Cafe.Training.Data;

/// <summary>The contact sheets of the data: designs, clusters, scenes, accessories, looks, faults.</summary>
public sealed class DataSheets(string folder, SubjectCatalog catalog, CompositeOptions options, ulong seed)
{
    private const int Cell = 64;
    private const int Variations = 12;

    /// <summary>Writes every sheet that does not belong to one part.</summary>
    public void WriteAll()
    {
        Directory.CreateDirectory(folder);
        foreach (var design in catalog.Designs)
        {
            var members = catalog.Subjects.Where(subject => subject.Pictures.ContainsKey(design)).ToList();
            var every = Math.Max(1, members.Count / 240);
            Sheet($"design-{design}", members.Where((_, i) => i % every == 0).Take(240).Select(subject => Canonical(subject, design)), 20, Cell);
        }

        Sheet("held-out", catalog.HeldOut.Take(240).Select(subject => Canonical(subject, null)), 20, Cell);
        var clusters = catalog.Subjects.GroupBy(subject => subject.Cluster).Where(cluster => cluster.Count() > 1).SelectMany(cluster => cluster).Take(600).ToList();
        if (clusters.Count > 0)
        {
            Sheet("look-alikes", clusters.Select(subject => Canonical(subject, null)), 30, 48);
        }

        Sheet("scenes", SceneCatalog.All.SelectMany((_, scene) => Specs("scenes", spec => spec with { Scene = scene, ShownScene = scene })).Select(Target), Variations, options.Side);
        Sheet("accessories", AccessoryCatalog.All.SelectMany((_, accessory) => Specs("accessories", spec => spec, accessory)).Select(Target), Variations, options.Side);
        Sheet("looks", LookCatalog.All.SelectMany((_, look) => Specs("looks", spec => spec with { Look = look })).Select(Target), Variations, options.Side);
        Sheet("faults", Enum.GetValues<TeacherFault>().SelectMany(fault => Specs("faults", spec => spec, null, fault)).Select(Target), Variations, options.Side);
    }

    /// <summary>Pairs of reference and target of a part's first samples.</summary>
    public void WritePart(string part, SampleSampler sampler, CompositeOptions partOptions)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(partOptions);
        Directory.CreateDirectory(folder);
        var compositor = new Compositor(partOptions);
        Sheet($"part-{part}", Enumerable.Range(0, 48).Select(number => compositor.Draw(sampler.Draw(number))).SelectMany(composite => new[] { composite.Reference, composite.Target }), 12, partOptions.Side);
    }

    private IEnumerable<SampleSpec> Specs(string name, Func<SampleSpec, SampleSpec> change, int? accessory = null, TeacherFault fault = TeacherFault.None)
    {
        var plain = options with { AccessoryShare = accessory is null ? 0 : 1, LookShare = 0, FaultShare = fault == TeacherFault.None ? 0 : 1 };
        var sampler = new SampleSampler(catalog.Subjects, plain, seed, $"sheet {name}");
        return Enumerable.Range(0, 4000).Select(number => sampler.Draw(number))
            .Where(spec => (accessory is null || spec.Accessory == accessory) && spec.Fault == fault)
            .Select(change)
            .Take(Variations);
    }

    private Picture Target(SampleSpec spec) => new Compositor(options).Draw(spec).Target;

    private Picture Canonical(Subject subject, string? design) => SubjectCentring.Canonical(
        design is null ? subject.Pictures.OrderBy(pair => pair.Key, StringComparer.Ordinal).First().Value : subject.Pictures[design], Cell, options.ReferenceFill, Rgb.Grey);

    private void Sheet(string name, IEnumerable<Picture> pictures, int columns, int cell)
    {
        var list = pictures.ToList();
        if (list.Count > 0)
        {
            ContactSheet.Write(Path.Combine(folder, $"{name}.png"), list, columns, cell);
        }
    }
}
