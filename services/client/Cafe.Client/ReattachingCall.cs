using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Client;

/// <summary>
/// One generation that outlives its connection. The request carries an idempotency key and seeds, so that asking again, here
/// or at another gateway, attaches to the same work or repeats it exactly; what the caller has is not handed out twice.
/// </summary>
internal sealed class ReattachingCall(GatewayService.GatewayServiceClient gateway, CafeClientOptions options, GenerateRequest request, TimeSpan timeout)
{
    private readonly HashSet<int> _pictures = [];
    private Provenance? _drawnBy;
    private readonly GenerateRequest _request = Prepare(request);
    private string _text = "";
    private int _told;
    private int _step;
    private bool _started;

    public async IAsyncEnumerable<CafeEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var time = options.Time;
        var deadline = time.GetUtcNow() + timeout;
        var reattachment = new Reattachment(options);
        while (true)
        {
            RpcException? failure = null;
            using var call = gateway.Generate(_request, await CallOptions(deadline, cancellationToken));
            _told = 0;
            while (true)
            {
                var (more, broken) = await NextAsync(call.ResponseStream, cancellationToken);
                if (!more)
                {
                    failure = broken;
                    break;
                }

                reattachment.Heard();
                if (Translate(call.ResponseStream.Current) is { } what)
                {
                    yield return what;
                    if (what is CafeEvent.Done)
                    {
                        yield break;
                    }
                }
            }

            failure ??= new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The stream ended before its summary."));
            if (!MayHelp(failure, out var asked) || reattachment.Broke(asked) is not { } delay || time.GetUtcNow() + delay >= deadline)
            {
                throw new CafeException(failure);
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private static async Task<(bool More, RpcException? Broken)> NextAsync(IAsyncStreamReader<GenerateResponse> stream, CancellationToken cancellationToken)
    {
        try
        {
            return (await stream.MoveNext(cancellationToken), null);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failure)
        {
            return (false, failure);
        }
    }

    // Whether asking again can. A broken connection shows as various codes, made on this side.
    private static bool MayHelp(RpcException failure, out TimeSpan? asked)
    {
        asked = failure.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
        var broken = failure.Status.DebugException is not null && failure.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled;
        return failure.StatusCode switch
        {
            StatusCode.Unavailable => true,
            StatusCode.ResourceExhausted => asked is not null,
            StatusCode.Cancelled => true, // nobody here cancelled: the gateway went away
            _ => broken,
        };
    }

    private async ValueTask<CallOptions> CallOptions(DateTimeOffset deadline, CancellationToken cancellationToken) =>
        new(await Credentials.HeadersAsync(options, cancellationToken), deadline.UtcDateTime, cancellationToken);

    private CafeEvent? Translate(GenerateResponse what)
    {
        switch (what.EventCase)
        {
            case GenerateResponse.EventOneofCase.Accepted when !_started:
                _started = true;
                return new CafeEvent.Started(what.Accepted.RequestId, what.Accepted.Seed, what.Accepted.TextSeed);
            case GenerateResponse.EventOneofCase.Queued:
                return new CafeEvent.Queued(what.Queued.Stage, what.Queued.Position?.Ahead ?? 0, TimeSpan.FromSeconds(what.Queued.Position?.WaitSeconds ?? 0));
            case GenerateResponse.EventOneofCase.Warming:
                return new CafeEvent.Warming(what.Warming.Stage, TimeSpan.FromSeconds(what.Warming.WaitedSeconds));
            case GenerateResponse.EventOneofCase.Text:
                return Append(what.Text.Delta);
            case GenerateResponse.EventOneofCase.Progress when what.Progress.Step > _step:
                _step = what.Progress.Step;
                return new CafeEvent.Progress(what.Progress.Step, what.Progress.Steps, TimeSpan.FromSeconds(what.Progress.SecondsLeft));
            case GenerateResponse.EventOneofCase.Preview when !_pictures.Contains(what.Preview.Index):
                return new CafeEvent.Preview(CafePicture.From(what.Preview));
            case GenerateResponse.EventOneofCase.Image:
                CheckDrawer(what.Image.Provenance);
                return _pictures.Add(what.Image.Index) ? new CafeEvent.Finished(CafePicture.From(what.Image)) : null;
            case GenerateResponse.EventOneofCase.Summary:
                return new CafeEvent.Done(what.Summary);
            default:
                return null; // told before, or a newer gateway's event
        }
    }

    // A new attempt tells the reply from its start; only what the caller hasn't got is handed on.
    private CafeEvent.Text? Append(string delta)
    {
        var known = Math.Min(Math.Max(_text.Length - _told, 0), delta.Length);
        if (!delta.AsSpan(0, known).SequenceEqual(_text.AsSpan(Math.Min(_told, _text.Length), known)))
        {
            throw new CafeException(StatusCode.Aborted, "The gateway was lost, and what took over writes another reply: the pack has changed. Call again.");
        }

        _told += delta.Length;
        if (known == delta.Length)
        {
            return null;
        }

        _text += delta[known..];
        return new CafeEvent.Text(delta[known..]);
    }

    // A new attempt tells all pictures again, those that the caller has too: all must come from one pack, run in one way. An
    // older gateway doesn't say what drew them, and a withheld picture was drawn by nothing.
    private void CheckDrawer(Provenance? drawnBy)
    {
        if (drawnBy is null)
        {
            return;
        }

        _drawnBy ??= drawnBy;
        if (_drawnBy.PartFingerprint != drawnBy.PartFingerprint || _drawnBy.Provider != drawnBy.Provider || _drawnBy.Precision != drawnBy.Precision)
        {
            throw new CafeException(
                StatusCode.Aborted,
                $"The gateway was lost, and what took over draws with {drawnBy.PackName} {drawnBy.PackVersion} ({drawnBy.Precision} on {drawnBy.Provider}) instead of {_drawnBy.PackName} {_drawnBy.PackVersion} ({_drawnBy.Precision} on {_drawnBy.Provider}): the pack has changed. Call again.");
        }
    }

    private static GenerateRequest Prepare(GenerateRequest request)
    {
        var prepared = request.Clone();
        if (prepared.IdempotencyKey.Length == 0)
        {
            prepared.IdempotencyKey = Guid.NewGuid().ToString("N");
        }

        // The gateway keeps its seeds with the key; should that store be lost too, these are still the same.
        prepared.Options ??= new DiffusionOptions();
        prepared.TextOptions ??= new TextOptions();
        ulong? given = prepared.Options.HasSeed ? prepared.Options.Seed : null;
        if (given is null)
        {
            prepared.Options.Seed = Draw();
        }

        if (!prepared.TextOptions.HasSeed)
        {
            // As the gateway does: the picture follows the reply.
            prepared.TextOptions.Seed = given ?? Draw();
        }

        return prepared;
    }

    private static ulong Draw() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & ((1UL << 53) - 1);
}
