using Cafe.Inference.Language;

namespace Cafe.Inference.Sessions;

/// <summary>
/// Tells a lost device from unlucky requests. Requests are checked before the model sees them, so none can make the runtime fail;
/// many in a row that it failed on, and none between that it served, are a device that only a new process gets back.
/// Not thread-safe: its stage's loop reports to it.
/// </summary>
/// <param name="lost">Told once, in one line, when the model counts as lost.</param>
public sealed class ModelHealth(Action<string> lost)
{
    /// <summary>Failed requests in a row after which the model counts as lost.</summary>
    public const int FailuresThatBreak = 5;

    private int _failuresInARow;

    /// <summary>The model did all of a request's work.</summary>
    public void Served() => _failuresInARow = 0;

    /// <summary>
    /// The model failed on a request that it had to itself. What another request may escape doesn't count: too little memory, numbers
    /// that mean nothing, an argument that the engine refused, a caller that went away.
    /// </summary>
    /// <param name="failure">What the engine threw.</param>
    public void Failed(Exception failure)
    {
        var own = failure is DeviceMemoryException or ModelOutputException or ArgumentException or OperationCanceledException || DeviceMemoryException.Matches(failure);
        if (!own && ++_failuresInARow == FailuresThatBreak)
        {
            lost($"the model failed {FailuresThatBreak} calls in a row: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }
}
