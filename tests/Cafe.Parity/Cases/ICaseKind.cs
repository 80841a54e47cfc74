using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>A kind of golden case: what is built from a case's files, what is run, and what it is compared with. Sizes and constants come from the files.</summary>
internal interface ICaseKind
{
    /// <summary>What the names of such cases begin with; the longest that fits decides.</summary>
    IReadOnlyList<string> Prefixes { get; }

    /// <summary>False where no graph is run: the case is then run once, by whatever variant.</summary>
    bool UsesGraphs => true;

    /// <summary>Whether a variant makes sense for such cases.</summary>
    bool Accepts(Variant variant) => true;

    IEnumerable<Comparison> Run(GoldenCase golden, Variant variant);
}
