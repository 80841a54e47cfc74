namespace Cafe.Inference.Language;

/// <summary>A text whose words a reply may repeat.</summary>
/// <param name="Ids">The text, in tokens.</param>
/// <param name="Leads">Positions in <paramref name="Ids"/> of words behind which a name is due; empty for none.</param>
/// <param name="Names">Positions in <paramref name="Ids"/> at which a name may begin; empty for none.</param>
public sealed record CopySource(IReadOnlyList<int> Ids, IReadOnlySet<int> Leads, IReadOnlyList<int> Names);
