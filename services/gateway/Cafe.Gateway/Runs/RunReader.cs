using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Cafe.V1;

namespace Cafe.Gateway.Runs;

/// <summary>Reads a run to its end at the reader's own speed.</summary>
internal static class RunReader
{
    /// <summary>The events; a run that failed ends with its failure.</summary>
    public static async IAsyncEnumerable<GenerateResponse> ReadAsync(this GenerationRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = new RunCursor();
        while (true)
        {
            var events = cursor.Take(run, out var complete);
            foreach (var what in events)
            {
                yield return what;
            }

            if (complete)
            {
                // What came between the take and the end.
                foreach (var what in cursor.Take(run, out _))
                {
                    yield return what;
                }

                if (run.Failure is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                yield break;
            }

            await cursor.Changed(run).WaitAsync(cancellationToken);
        }
    }
}
