namespace Cafe.Gateway.Pipeline;

/// <summary>Values of one pack's encoder reached a stage that serves another pack; the picture is encoded again.</summary>
internal sealed class UnsuitedEmbeddingException() : Exception("The embedding's pack is not the stage's.");
