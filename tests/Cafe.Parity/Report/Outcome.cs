namespace Cafe.Parity.Report;

internal enum Outcome
{
    Passed,
    Failed,

    /// <summary>Nothing to run it with was asked for.</summary>
    Skipped,
}
