namespace Cafe.Inference.Sessions;

/// <summary>The configured execution provider can't run here; the message says what is missing.</summary>
public sealed class ExecutionProviderException : Exception
{
    public ExecutionProviderException(string message)
        : base(message)
    {
    }

    public ExecutionProviderException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
