namespace Cafe.ServiceDefaults.Errors;

/// <summary>A field of a request that is wrong.</summary>
/// <param name="Field">Its path in the message, snake case, for example <c>image.data</c>.</param>
/// <param name="Description">What is wrong: the limit and the value.</param>
public readonly record struct FieldViolation(string Field, string Description);
