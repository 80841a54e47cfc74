using Cafe.Gateway.Stages;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// A stage broke off, or the gateway before it, and what took over is another pack, provider or precision: its continuation would
/// not fit what the caller has. ABORTED: the whole call may be made again.
/// </summary>
public sealed class PackChangedException : CafeException
{
    /// <summary>The reason of google.rpc.ErrorInfo.</summary>
    public const string ChangedReason = "PACK_CHANGED";

    /// <summary>Says what changed.</summary>
    public PackChangedException(Stage stage, Provenance before, Provenance? now)
        : base(StatusCode.Aborted, ChangedReason, $"The work of the {stage.Name()} broke off and can't be continued: it was {Words(before)}, now it is {(now is null ? "another part" : Words(now))}. Call again.")
    {
    }

    /// <summary>Two answers come from the same weights, run in the same way.</summary>
    public static bool Same(Provenance left, Provenance right) =>
        left.PartFingerprint == right.PartFingerprint && left.Provider == right.Provider && left.Precision == right.Precision;

    private static string Words(Provenance made) =>
        $"{made.PackName} {made.PackVersion} ({made.PartFingerprint[..Math.Min(12, made.PartFingerprint.Length)]}, {made.Precision}) on {made.Provider}";
}
