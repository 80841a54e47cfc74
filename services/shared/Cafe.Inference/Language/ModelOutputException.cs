namespace Cafe.Inference.Language;

/// <summary>A graph answered with numbers that mean nothing, such as NaN from an overflow in fp16. The request fails; nothing is made up.</summary>
public sealed class ModelOutputException(string message) : Exception(message);
