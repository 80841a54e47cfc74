using Cafe.V1;

namespace Cafe.Gateway.Runs;

/// <summary>One reader's place in a run.</summary>
internal sealed class RunCursor
{
    private long _version;
    private int _textRead;

    /// <summary>What is new since the last take.</summary>
    public List<GenerateResponse> Take(GenerationRun run, out bool complete) => run.Since(ref _version, ref _textRead, out complete);

    /// <summary>Completes when there is something new.</summary>
    public Task Changed(GenerationRun run) => run.ChangedSince(_version);
}
