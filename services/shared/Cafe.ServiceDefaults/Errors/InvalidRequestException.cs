using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>The request can't be served as it is, whoever asks: INVALID_ARGUMENT with the fields at fault.</summary>
public sealed class InvalidRequestException : CafeException
{
    /// <summary>One field is wrong.</summary>
    /// <param name="field">Its path in the message, snake case, for example <c>image.data</c>.</param>
    /// <param name="message">What is wrong: the limit and the value.</param>
    /// <param name="inner">What caused it; logged, never sent.</param>
    public InvalidRequestException(string field, string message, Exception? inner = null)
        : base(StatusCode.InvalidArgument, ErrorReasons.InvalidRequest, $"{field}: {message}", inner) =>
        Violations = [new FieldViolation(field, message)];

    /// <summary>Several fields are wrong.</summary>
    public InvalidRequestException(IReadOnlyList<FieldViolation> violations)
        : base(StatusCode.InvalidArgument, ErrorReasons.InvalidRequest, string.Join("; ", violations.Select(violation => $"{violation.Field}: {violation.Description}"))) =>
        Violations = violations;
}
