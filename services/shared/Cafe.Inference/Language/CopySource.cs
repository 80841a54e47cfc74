namespace Cafe.Inference.Language;

/// <summary>A text whose words a reply may repeat.</summary>
/// <param name="Ids">The text, in tokens.</param>
public sealed record CopySource(IReadOnlyList<int> Ids)
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    /// <summary>Positions in <see cref="Ids"/> of words behind which a name is due.</summary>
    public IReadOnlySet<int> Leads { get; init; } = None;

    /// <summary>Positions of all pieces of the text's subject's name, which stands behind one of <see cref="Leads"/>; empty where the text names it otherwise.</summary>
    public IReadOnlySet<int> Led { get; init; } = None;

    /// <summary>Positions of all pieces of words that begin no name and are not repeated as part of one.</summary>
    public IReadOnlySet<int> Stops { get; init; } = None;

    /// <summary>Positions at which a name may begin.</summary>
    public IReadOnlyList<int> Names { get; init; } = [];
}
