using Cafe.Diffuser.Model;
using Cafe.Diffuser.Scheduling;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Calls;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Diffuser.Serving;

/// <summary>The gRPC service: checks a request, hands it to the scheduler, and writes what happens.</summary>
internal sealed class DiffuserFacade(DiffuserState state, GenerateRequestReader reader, UnreadPictures unread, TimeProvider time) : DiffuserService.DiffuserServiceBase
{
    private static readonly TimeSpan QueueUpdates = TimeSpan.FromMilliseconds(500);

    // An event passes two processes and costs a small model's step several hundredths of its time.
    private static readonly TimeSpan ProgressUpdates = TimeSpan.FromMilliseconds(100);

    public override async Task Generate(
        DiffuserServiceGenerateRequest request, IServerStreamWriter<DiffuserServiceGenerateResponse> responseStream, ServerCallContext context)
    {
        var (part, scheduler) = (state.Part, state.Scheduler);
        using var call = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        try
        {
            var (workClass, tenant) = GenerateRequestReader.Origin(request);
            scheduler.ThrowIfFull(tenant, workClass);
            var resolved = await reader.Read(request, part, context.CancellationToken);
            using var mailbox = new DrawingMailbox(unread);
            var job = new DrawingJob(
                resolved.Plan,
                resolved.Options.Seed,
                resolved.Options.Count,
                resolved.Semantic,
                resolved.Subject,
                resolved.Options.PreviewEvery,
                mailbox,
                call.Token)
            {
                RequestId = context.RequestId(),
            };
            scheduler.Submit(job, tenant, workClass, Deadline(context));
            call.Token.Register(() => scheduler.Withdraw(job));
            await Write(responseStream, new DiffuserServiceGenerateResponse
            {
                Accepted = new DiffusionAccepted { Seed = resolved.Options.Seed, Options = resolved.Options, Provenance = part.Provenance },
            });
            await WriteQueue(responseStream, scheduler, job, mailbox, context.CancellationToken);
            await WriteEvents(responseStream, mailbox, resolved.Options, part, context.CancellationToken);
        }
        catch (Exception error) when (SchedulerErrors.Translate(error) is var translated && translated != error)
        {
            throw translated;
        }
        finally
        {
            // However the call ended, its work does.
            await call.CancelAsync();
        }
    }

    public override Task<GetDiffuserInfoResponse> GetDiffuserInfo(GetDiffuserInfoRequest request, ServerCallContext context)
    {
        var part = state.Part;
        var (size, conditioning) = (part.Section.Size, part.Section.Conditioning);
        var defaults = OptionsReader.Defaults(part.Section);
        defaults.ClearSeed();
        return Task.FromResult(new GetDiffuserInfoResponse
        {
            Provenance = part.Provenance,
            Defaults = defaults,
            MinSize = size.Min,
            MaxSize = size.Max,
            SizeMultiple = size.MultipleOf,
            SubjectShape = { conditioning.Subject.Tokens, conditioning.Subject.Width },
            SemanticShape = { conditioning.Semantic.Tokens, conditioning.Semantic.Width },
        });
    }

    /// <summary>Writes the place in the queue when it changes, at most twice a second, until work begins.</summary>
    private async Task WriteQueue(
        IServerStreamWriter<DiffuserServiceGenerateResponse> stream, DiffusionScheduler scheduler, DrawingJob job, DrawingMailbox mailbox, CancellationToken cancellation)
    {
        WaitEstimate? sent = null;
        while (!mailbox.Begun && scheduler.Estimate(job) is { } estimate)
        {
            if (sent != estimate)
            {
                sent = estimate;
                await Write(stream, new DiffuserServiceGenerateResponse
                {
                    Queued = new QueuePosition { Ahead = estimate.Ahead, WaitSeconds = estimate.WaitSeconds },
                });
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(mailbox.News(), Task.Delay(QueueUpdates, time, pause.Token));
            await pause.CancelAsync();
        }
    }

    private async Task WriteEvents(
        IServerStreamWriter<DiffuserServiceGenerateResponse> stream, DrawingMailbox mailbox, DiffusionOptions options, DiffuserPart part, CancellationToken cancellation)
    {
        var encoding = TimeSpan.Zero;
        long? progressed = null;
        while (true)
        {
            await mailbox.News().WaitAsync(cancellation);
            while (mailbox.TryRead(out var next))
            {
                switch (next)
                {
                    case DrawingEvent.Progressed(var progress) when progress.Step < progress.Steps && progressed is { } last && time.GetElapsedTime(last) < ProgressUpdates:
                        break; // the next step says more
                    case DrawingEvent.Progressed(var progress):
                        progressed = time.GetTimestamp();
                        await Write(stream, new DiffuserServiceGenerateResponse
                        {
                            Progress = new DiffusionProgress { Step = progress.Step, Steps = progress.Steps, SecondsLeft = progress.SecondsLeft },
                        });
                        break;
                    case DrawingEvent.Previewed preview:
                        await Write(stream, new DiffuserServiceGenerateResponse { Preview = PictureFiles.Preview(preview, options, part) });
                        break;
                    case DrawingEvent.Drawn drawn:
                        var begun = time.GetTimestamp();
                        var image = PictureFiles.Finished(drawn, options, part);
                        encoding += time.GetElapsedTime(begun);
                        await Write(stream, new DiffuserServiceGenerateResponse { Image = image });
                        break;
                    case DrawingEvent.Completed(var timings):
                        await Write(stream, new DiffuserServiceGenerateResponse { Summary = Summary(timings, encoding, part) });
                        return;
                    default:
                        throw new InvalidOperationException($"Unknown event {next}.");
                }
            }
        }
    }

    private static DiffusionSummary Summary(DrawingTimings timings, TimeSpan encoding, DiffuserPart part) => new()
    {
        QueueSeconds = timings.QueueSeconds,
        DenoiseSeconds = timings.DenoiseSeconds,
        DecodeSeconds = timings.DecodeSeconds + encoding.TotalSeconds,
        UnetRows = timings.UnetRows,
        Provenance = part.Provenance,
    };

    private static DateTimeOffset? Deadline(ServerCallContext context) =>
        context.Deadline == DateTime.MaxValue ? null : new DateTimeOffset(DateTime.SpecifyKind(context.Deadline, DateTimeKind.Utc));

    // The call's token ends a write to a reader that is gone.
    private static Task Write(IServerStreamWriter<DiffuserServiceGenerateResponse> stream, DiffuserServiceGenerateResponse response) => stream.WriteAsync(response);
}
