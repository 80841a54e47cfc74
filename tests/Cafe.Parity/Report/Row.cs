namespace Cafe.Parity.Report;

/// <summary>One line of the table: a tensor of a case, as one variant computed it.</summary>
/// <param name="Error">Relative to the tensor's largest magnitude, or another measure that the kind of case names.</param>
internal sealed record Row(string Case, string Variant, string Tensor, Outcome Outcome, double? Error = null, double? Tolerance = null, string? Note = null);
