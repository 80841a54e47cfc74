namespace Cafe.Packs.Manifest;

/// <summary>How a reply names what the user named, in the language that the pack speaks. Empty for a model that needs no help.</summary>
public sealed record Naming
{
    /// <summary>Words of the user's before a name, in lower case, each with what the reply says in its place (<c>my</c>, <c>your</c>).</summary>
    public IReadOnlyDictionary<string, string> Leads { get; init; } = new Dictionary<string, string>();

    /// <summary>Other words of the user's before a name, in lower case (<c>the</c>): a lead behind one is of something else than the subject (<c>the parrot for my wall</c>).</summary>
    public IReadOnlyList<string> Determiners { get; init; } = [];

    /// <summary>What the reply calls a subject without a name, behind what it says for a lead (<c>subject</c>). Null: the model is free there, to name what the user did not.</summary>
    public string? Unnamed { get; init; }

    /// <summary>Words that begin no subject's name and are not repeated as part of one, in lower case (<c>please</c>, <c>could</c>, <c>daughter</c>).</summary>
    public IReadOnlyList<string> StopWords { get; init; } = [];
}
