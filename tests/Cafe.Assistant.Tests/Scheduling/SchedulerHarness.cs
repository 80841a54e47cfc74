using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Assistant.Tests.Scheduling;

/// <summary>A scheduler over the fake model, driven by hand, on a clock that stands still until moved.</summary>
internal sealed class SchedulerHarness : IDisposable
{
    public const int End = 2;
    private static readonly SentencePieceTokenizer Tokenizer = SentencePieceTokenizer.Read(Goldens.Path("tokenizer-llama", "tokenizer.model"));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public SchedulerHarness(
        int rows = 4, int capacity = 100, ImageTokenPosition position = ImageTokenPosition.AfterReply, FakeReplyModel? model = null, ActivitySource? traces = null)
    {
        Model = model ?? new FakeReplyModel(rows);
        var metrics = new AssistantMetrics(new CafeMetrics(Meters), new ListLogger(Log));
        var costs = new ReplyCosts(new StepTimes([new(1, 0.1), new(4, 0.2)]), 0.001);
        Scheduler = new ReplyScheduler(Model, position, new QueueOptions { Capacity = capacity }, costs, metrics, new ModelHealth(Lost.Add), Time, traces);
    }

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    /// <summary>Lines of warnings and errors.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Why the model counts as lost, each time it was told.</summary>
    public List<string> Lost { get; } = [];

    public FakeReplyModel Model { get; }

    public FakeTimeProvider Time { get; } = new();

    public ReplyScheduler Scheduler { get; }

    public ReplyJob Submit(
        int promptTokens = 5,
        ulong seed = 1,
        int maxTokens = 12,
        double temperature = 1,
        IReadOnlyList<int>? forced = null,
        bool embeddingOnly = false,
        WorkClass workClass = WorkClass.Interactive,
        TimeSpan? deadline = null,
        string tenant = "",
        CancellationToken cancellation = default)
    {
        var request = new ReplyRequest
        {
            Prompt = new ChatPrompt([1], [.. Enumerable.Range(3, promptTokens - 1)]),
            Subject = [11, 12, 13],
            SubjectTokens = 3,
            Sampling = new Sampling(temperature, 1, seed),
            ForcedPrefix = forced ?? [],
            EmbeddingOnly = embeddingOnly,
            RequestId = $"request-{promptTokens}",
        };
        return Scheduler.Submit(request, new ReplyText(Tokenizer, [End], [], maxTokens), tenant, workClass, Time.GetUtcNow() + deadline, cancellation);
    }

    /// <summary>Iterates until nothing waits or runs.</summary>
    public void RunToEnd()
    {
        for (var i = 0; Scheduler.Waiting + Scheduler.Running > 0; i++)
        {
            Assert.True(i < 100_000, "The scheduler makes no progress.");
            Scheduler.Iterate();
        }

        Assert.Equal(0, Model.Active);
    }

    /// <summary>Everything that a finished job told.</summary>
    public static List<ReplyEvent> Events(ReplyJob job)
    {
        var events = new List<ReplyEvent>();
        while (job.Events.TryRead(out var told))
        {
            events.Add(told);
        }

        return events;
    }

    public static int[] Tokens(IEnumerable<ReplyEvent> events) => [.. events.OfType<TextEvent>().Select(text => text.TokenId)];

    /// <summary>What a job failed with, after the events that it told before.</summary>
    public static async Task<Exception> Failure(ReplyJob job)
    {
        Events(job);
        return await Assert.ThrowsAnyAsync<Exception>(() => job.Events.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    public void Dispose() => _services.Dispose();

    private sealed class ListLogger(List<string> lines) : ILogger<AssistantMetrics>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
