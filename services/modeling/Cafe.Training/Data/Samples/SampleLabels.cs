using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Samples;

namespace Cafe.Training.Data.Samples;

/// <summary>Names of the classes that columns of labels count.</summary>
public static class SampleLabels
{
    private const string None = "none";

    /// <summary>A column's labels in order. With one class more than there are, the last is that of samples labelled -1.</summary>
    /// <exception cref="SampleException">No column of labels, or another number of classes.</exception>
    public static IReadOnlyList<string> Of(string field, int classes)
    {
        string[] names = field switch
        {
            SampleFields.Scene => [.. SceneCatalog.All.Select(scene => scene.Name)],
            SampleFields.Accessory => [.. AccessoryCatalog.All.Select(accessory => accessory.Name)],
            SampleFields.Look => [.. LookCatalog.All.Select(look => look.Name)],
            _ => throw new SampleException($"'{field}' is no column of labels: there are {SampleFields.Scene}, {SampleFields.Accessory}, {SampleFields.Look}."),
        };
        return classes == names.Length ? names
            : classes == names.Length + 1 ? [.. names, None]
            : throw new SampleException($"The head '{field}' has {classes} classes; there are {names.Length}, and one more for none.");
    }
}
