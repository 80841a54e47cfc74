namespace Cafe.Packs.Manifest;

/// <summary>How a reply names what the user named, in the language that the pack speaks. Empty for a model that needs no help.</summary>
public sealed record Naming
{
    /// <summary>Words of the user's before a name, in lower case, each with what the reply says in its place (<c>my</c>, <c>your</c>).</summary>
    public IReadOnlyDictionary<string, string> Leads { get; init; } = new Dictionary<string, string>();

    /// <summary>Words of the user's that stand for the subject by themselves, in lower case (<c>this</c>): what follows one is no name.</summary>
    public IReadOnlyList<string> Pronouns { get; init; } = [];
}
