using System.Globalization;
using Cafe.Testing;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Cafe.Cluster.Building;

/// <summary>skaffold.yaml, as it stands or as a profile makes it, parsed strictly: a field that the schema does not have fails.</summary>
internal static class SkaffoldFile
{
    private static readonly IDeserializer Strict = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build();
    private static readonly IDeserializer Loose = new DeserializerBuilder().Build();
    private static readonly ISerializer Writer = new SerializerBuilder().Build();

    public static string Text { get; } = File.ReadAllText(Path.Combine(Repo.Root, "skaffold.yaml"));

    public static SkaffoldConfig Parse(string text) => Strict.Deserialize<SkaffoldConfig>(text);

    /// <summary>The configuration with a profile's patches applied, the profiles themselves left out.</summary>
    /// <exception cref="InvalidOperationException">A patch's path leads nowhere.</exception>
    public static SkaffoldConfig WithProfile(string name)
    {
        var root = Loose.Deserialize<Dictionary<object, object>>(Text);
        root.Remove("profiles");
        foreach (var patch in Parse(Text).Profiles.Single(profile => profile.Name == name).Patches)
        {
            Apply(root, patch);
        }

        return Parse(Writer.Serialize(root));
    }

    // RFC 6902 for objects, and for items of lists that are there.
    private static void Apply(object root, JsonPatch patch)
    {
        var parts = patch.Path.Split('/')[1..];
        var parent = parts[..^1].Aggregate(root, (node, part) => node switch
        {
            Dictionary<object, object> map when map.TryGetValue(part, out var child) => child,
            List<object> list when int.TryParse(part, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
            _ => throw new InvalidOperationException($"{patch.Path}: there is no {part}."),
        });
        if (parent is not Dictionary<object, object> target || patch.Value is null)
        {
            throw new InvalidOperationException($"{patch.Path} is no field of an object, or gets no value.");
        }

        var there = target.ContainsKey(parts[^1]);
        target[parts[^1]] = patch.Op switch
        {
            "add" => patch.Value,
            "replace" when there => patch.Value,
            _ => throw new InvalidOperationException($"{patch.Op} {patch.Path}: only add, and replace of what is there, are known."),
        };
    }
}
