using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>A reference to an embedding of another encoder than this stage was made for: FAILED_PRECONDITION; encode again.</summary>
public sealed class StaleReferenceException : CafeException
{
    /// <summary>The reference is another encoder's.</summary>
    /// <param name="field">The reference's path in the request.</param>
    /// <param name="expected">Fingerprint of the encoder that this stage serves.</param>
    /// <param name="actual">Fingerprint in the reference.</param>
    public StaleReferenceException(string field, string expected, string actual)
        : base(
            StatusCode.FailedPrecondition,
            ErrorReasons.StaleReference,
            $"{field}: the embedding was made by encoder {Short(actual)}, this stage works with encoder {Short(expected)}. Encode the picture again.")
    {
        Violations = [new FieldViolation(field, "made by another encoder")];
        Metadata = new Dictionary<string, string> { ["expected_fingerprint"] = expected, ["actual_fingerprint"] = Short(actual, 64) };
    }

    // The caller's string is repeated, so it is cut.
    private static string Short(string fingerprint, int length = 12) =>
        fingerprint.Length <= length ? fingerprint : fingerprint[..length];
}
