namespace Cafe.Inference.Language;

/// <summary>A text whose words a reply may repeat.</summary>
/// <param name="Ids">The text, in tokens.</param>
public sealed record CopySource(IReadOnlyList<int> Ids)
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    /// <summary>Positions in <see cref="Ids"/> of words behind which a name is due.</summary>
    public IReadOnlySet<int> Leads { get; init; } = None;

    /// <summary>Positions of all pieces of the names behind <see cref="Leads"/>.</summary>
    public IReadOnlySet<int> Led { get; init; } = None;

    /// <summary>Positions of all pieces of words that stand in no name.</summary>
    public IReadOnlySet<int> Stops { get; init; } = None;

    /// <summary>Positions at which a name may begin.</summary>
    public IReadOnlyList<int> Names { get; init; } = [];
}
