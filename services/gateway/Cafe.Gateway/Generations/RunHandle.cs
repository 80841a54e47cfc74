using Cafe.Gateway.Runs;

namespace Cafe.Gateway.Generations;

/// <summary>A reader's hold on a run. Disposed of when the reader leaves: work without a key then stops.</summary>
internal sealed class RunHandle(GenerationRun run, Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>What to read.</summary>
    public GenerationRun Run => run;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
