using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>The model gave no usable result for this request, for example NaN: INTERNAL; the same request fails again.</summary>
/// <param name="message">What the model did, without internals.</param>
/// <param name="inner">What caused it; logged, never sent.</param>
public sealed class ModelFailureException(string message, Exception? inner = null)
    : CafeException(StatusCode.Internal, ErrorReasons.ModelFailure, message, inner);
