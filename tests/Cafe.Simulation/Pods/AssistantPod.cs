using System.Diagnostics.Metrics;
using Cafe.Assistant;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.Simulation.Devices;
using Cafe.Simulation.Load;
using Cafe.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cafe.Simulation.Pods;

/// <summary>An assistant: the real token-level scheduler.</summary>
internal sealed class AssistantPod : SimulatedPod
{
    private const int Rows = 8, LongestReply = 256;
    private static readonly SentencePieceTokenizer Tokenizer = SentencePieceTokenizer.Read(Path.Combine(Repo.Root, "services", "packs", "mini", "assistant", "tokenizer.model"));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<(ReplyJob Job, SimulatedRequest Request, bool Started)> _jobs = [];
    private readonly ReplyScheduler _scheduler;
    private readonly IPodObserver _observer;

    public AssistantPod(DeviceTimes device, int queueCapacity, IPodObserver observer)
    {
        _observer = observer;
        var prefill = device.PrefillMillisecondsPerToken / 1000;
        var model = new SimulatedReplyModel(Clock, Times(), prefill, Rows);
        var metrics = new AssistantMetrics(new CafeMetrics(_services.GetRequiredService<IMeterFactory>()), NullLogger<AssistantMetrics>.Instance);
        _scheduler = new ReplyScheduler(model, ImageTokenPosition.AfterReply, new QueueOptions { Capacity = queueCapacity }, new ReplyCosts(Times(), prefill), metrics, SimulatedHealth.Sound(), Clock);

        StepTimes Times() => new(DeviceTimes.Seconds(device.Assistant), smoothing: 0);
    }

    public override int QueueDepth => _scheduler.Waiting;

    public override int Running => _scheduler.Running;

    public override double PredictedWait => _scheduler.PredictedWaitSeconds;

    protected override void Submit(SimulatedRequest request)
    {
        var asked = new ReplyRequest
        {
            Prompt = new ChatPrompt([1], new int[Math.Max(0, request.PromptTokens - 2)]),
            Subject = [0],
            SubjectTokens = 1,
            Sampling = new Sampling(0, 1, (ulong)request.ReplyTokens),
        };
        var job = _scheduler.Submit(asked, new ReplyText(Tokenizer, [SimulatedReplyModel.EndToken], [], LongestReply), request.Tenant, request.Class, null, CancellationToken.None);
        _jobs.Add((job, request, false));
    }

    protected override bool Call()
    {
        if (_scheduler.Waiting + _scheduler.Running == 0)
        {
            return false;
        }

        var begun = Clock.Seconds;
        _scheduler.Iterate();
        for (var i = _jobs.Count - 1; i >= 0; i--)
        {
            var (job, request, started) = _jobs[i];
            while (job.Events.TryRead(out _))
            {
                if (!started)
                {
                    _jobs[i] = (job, request, started = true);
                    _observer.Started(request, begun);
                }
            }

            if (job.Events.Completion.IsCompleted)
            {
                _jobs.RemoveAt(i);
                Ended(job, request);
            }
        }

        return true;
    }

    public override void Dispose() => _services.Dispose();

    private void Ended(ReplyJob job, SimulatedRequest request)
    {
        if (job.Events.Completion.IsCompletedSuccessfully)
        {
            _observer.Finished(request, Clock.Seconds);
        }
        else
        {
            _observer.Displaced(request);
        }
    }
}
