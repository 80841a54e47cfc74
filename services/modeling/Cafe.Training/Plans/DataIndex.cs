using System.Text.Json;
using Cafe.Training.Samples;

namespace Cafe.Training.Plans;

/// <summary>What the data stage wrote beside its stores: the subjects' names and the designs.</summary>
internal static class DataIndex
{
    /// <summary>Names by the subject's index.</summary>
    public static IReadOnlyDictionary<int, string> SubjectNames(string data)
    {
        using var json = Read(data, "subjects.json");
        return json.RootElement.EnumerateArray().ToDictionary(subject => subject.GetProperty("index").GetInt32(), subject => subject.GetProperty("name").GetString()!);
    }

    /// <summary>Names of the designs in the order of their numbers.</summary>
    public static IReadOnlyList<string> Designs(string data)
    {
        using var json = Read(data, "labels.json");
        return [.. json.RootElement.GetProperty("designs").EnumerateArray().Select(design => design.GetString()!)];
    }

    private static JsonDocument Read(string data, string file)
    {
        var path = Path.Combine(data, file);
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllBytes(path)) : throw new SampleException($"{data} has no {file}: it is no folder of the data stage.");
    }
}
