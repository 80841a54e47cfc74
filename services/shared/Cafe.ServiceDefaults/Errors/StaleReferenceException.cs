using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>An embedding made by another encoder, or assistant, than this stage was made for: FAILED_PRECONDITION; make it again.</summary>
public sealed class StaleReferenceException : CafeException
{
    /// <summary>Another part made the embedding.</summary>
    /// <param name="field">The embedding's path in the request, down to its reference or tensor.</param>
    /// <param name="expected">Fingerprint of the part that this stage works with.</param>
    /// <param name="actual">Fingerprint that the embedding names.</param>
    public StaleReferenceException(string field, string expected, string actual)
        : base(
            StatusCode.FailedPrecondition,
            ErrorReasons.StaleReference,
            $"{field}: the embedding was made by part {Short(actual)}, this stage works with part {Short(expected)}. Make it again.")
    {
        Violations = [new FieldViolation(field, "made by another pack's part")];
        Metadata = new Dictionary<string, string> { ["expected_fingerprint"] = expected, ["actual_fingerprint"] = Short(actual, 64) };
    }

    // The caller's string is repeated, so it is cut.
    private static string Short(string fingerprint, int length = 12) =>
        fingerprint.Length <= length ? fingerprint : fingerprint[..length];
}
