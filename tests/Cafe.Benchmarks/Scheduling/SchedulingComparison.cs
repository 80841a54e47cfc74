using System.Globalization;
using Cafe.Benchmarks.Graphs;
using Cafe.Diffuser;
using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>
/// Mean latency under Poisson arrivals: the diffuser's step-level scheduler against one request at a time and against the best request-level
/// batching, on the same requests and the same model. First simulated with the measured times of the model's calls, over many requests;
/// then drawn by the model, in turns. Only the waits of an idle server are skipped.
/// </summary>
internal sealed class SchedulingComparison(SchedulingOptions options, TextWriter output)
{
    private static readonly (string Name, Func<int, int, Workload> Work, string Goal)[] Kinds =
    [
        ("mixed", Workload.Mixed, " (goal: at most 0.6)"),
        ("equal", Workload.Equal, ""),
    ];

    private const int WarmUp = 3; // requests
    private static readonly int MaxRows = new DiffuserSettings().MaxRows;
    private PlanCache _plans = new(SchedulerConfig.Parse("{}"u8.ToArray()), new Shape(512, 512));
    private CallTimes _times = new(new Dictionary<int, double> { [1] = 1 }, 0);

    private Func<TimeSpan> Clock => options.ProcessorTime ? Clocks.Processor : Clocks.Wall;

    /// <summary>Runs it and prints the table.</summary>
    public void Run()
    {
        if (options.Table is { } table)
        {
            _times = new CallTimes(table, 0);
            Simulate();
            return;
        }

        var pack = PackFolder.Open(options.Pack!);
        var section = pack.Manifest.Diffuser;
        var settings = new SessionSettings();
        using var model = DiffusionModel.Open(pack, new SessionFactory(settings));
        using var engine = new DenoisingEngine(model, settings, MaxRows);
        _plans = new PlanCache(SchedulerConfig.Parse(section.Scheduler), new Shape(section.Size.DefaultWidth, section.Size.DefaultHeight));
        _times = CallMeasurement.Measure(engine, _plans, Clock);
        Simulate();
        Draw(engine);
    }

    private void Simulate()
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"calls in ms by rows: {string.Join(", ", _times.Table.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {1000 * entry.Value:f1}")))}; decoding {1000 * _times.DecodeSeconds:f1}"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"load {options.Load} of {(options.OfFullCalls ? "a server of full calls" : "a server of one request at a time")}, seed {options.Seed}; mean latencies in units of a request's mean time alone; batched: the best of {BatchSweep.Count} sizes and delays"));
        foreach (var (name, workload, goal) in Kinds)
        {
            var trial = Prepare(workload(options.Simulated, options.Seed));
            output.WriteLine($"{name}, {options.Simulated} simulated: {Run(trial, Device)}{goal}");
        }
    }

    private void Draw(DenoisingEngine engine)
    {
        Run(Prepare(Workload.Mixed(WarmUp, options.Seed)), () => TrialDevice.Real(engine, Clock, _times, _plans));
        foreach (var (name, workload, goal) in Kinds)
        {
            var outcomes = new List<Outcome>();
            for (var round = 0; round < options.Rounds; round++)
            {
                // Measured anew: what load the requests are depends on how fast the machine is now.
                _times = CallMeasurement.Measure(engine, _plans, Clock);
                var trial = Prepare(workload(options.Requests, options.Seed + round));
                outcomes.Add(Run(trial, () => TrialDevice.Real(engine, Clock, _times, _plans)));
                output.WriteLine($"{name}, {options.Requests} drawn, round {round + 1}/{options.Rounds}: {outcomes[^1]}");
                output.WriteLine($"    the same simulated: {Run(trial, Device)}");
            }

            output.WriteLine($"{name}, all rounds: {Outcome.Mean(outcomes)}{goal}");
        }
    }

    private PreparedTrial Prepare(Workload workload)
    {
        var requests = workload.At(options.Load, request => options.OfFullCalls ? _times.SecondsInFullCalls(request, MaxRows) : _times.SecondsAlone(request, MaxRows));
        var alone = requests.Average(request => _times.SecondsAlone(request, MaxRows));
        return new PreparedTrial(requests, alone, BatchSweep.Best(requests, Device, alone, leaveEarly: false), BatchSweep.Best(requests, Device, alone, leaveEarly: true));
    }

    private static Outcome Run(PreparedTrial trial, Func<TrialDevice> device)
    {
        return new Outcome(
            Latency((made, done) => new StepLevelContender(made, done)), Latency(Batching(BatchSetting.OneAtATime)), Latency(Batching(trial.Batched)), Latency(Batching(trial.Leaving)));

        double Latency(Func<TrialDevice, Action<WorkRequest>, IContender> contend) => Trial.Run(device(), trial.Requests, contend) / trial.Alone;

        Func<TrialDevice, Action<WorkRequest>, IContender> Batching(BatchSetting setting) => (made, done) => new BatchContender(made, setting, done);
    }

    private TrialDevice Device() => TrialDevice.OfTable(_times, MaxRows, _plans);

    /// <summary>Requests, and what is best for them.</summary>
    private sealed record PreparedTrial(IReadOnlyList<WorkRequest> Requests, double Alone, BatchSetting Batched, BatchSetting Leaving);
}
