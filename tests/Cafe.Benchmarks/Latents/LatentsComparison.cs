using System.Diagnostics;
using System.Globalization;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Packs.Manifest;

namespace Cafe.Benchmarks.Latents;

/// <summary>Steps with latents kept where the graphs run against steps with latents advanced on the host, in turns: time, bytes that cross, and whether the pictures are the same.</summary>
internal static class LatentsComparison
{
    private const int WarmUp = 3; // rounds
    private static readonly Guidance Guidance = new(GuidanceMode.Dual, SemanticScale: 7.5, SubjectScale: 5);

    /// <param name="path">The pack's folder.</param>
    /// <param name="provider">What runs the graphs.</param>
    /// <param name="rounds">Runs of each.</param>
    /// <param name="steps">Of each run.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Run(string path, ExecutionProvider provider, int rounds, int steps, TextWriter output)
    {
        var pack = PackFolder.Open(path);
        var section = pack.Manifest.Diffuser;
        var settings = new SessionSettings { Provider = provider };
        var sessions = new SessionFactory(settings);
        using var model = DiffusionModel.Open(pack, sessions);
        using var graphs = LatentGraphs.Open(sessions, section);
        var sampler = SamplerPlan.Create(SamplerNames.Parse(section.Defaults.Sampler), SchedulerConfig.Parse(section.Scheduler), steps);
        var plan = new DrawingPlan(sampler, Guidance, ConditionBranch.Both, section.Defaults.SubjectStrength, section.Size.DefaultWidth, section.Size.DefaultHeight);
        output.WriteLine($"{provider}, {plan.Width} x {plan.Height} pixels, {steps} steps, three branches, {rounds} rounds, medians");
        output.WriteLine($"{"pictures",-9} {"host ms/step",13} {"kept ms/step",13} {"ratio",6} {"host bytes",12} {"kept bytes",12} {"difference",11}");
        foreach (var pictures in new[] { 1, 2, 4, 8 })
        {
            using var host = new DenoisingEngine(model, settings, LatentSessions.Terms * pictures);
            using var kept = new DenoisingEngine(model, settings, LatentSessions.Terms * pictures, graphs);
            var (onHost, onKept) = (new List<Drawn>(), new List<Drawn>());
            for (var round = -WarmUp; round < rounds; round++)
            {
                var (first, second) = (Draw(host, plan, pictures), Draw(kept, plan, pictures));
                if (round >= 0)
                {
                    onHost.Add(first);
                    onKept.Add(second);
                }
            }

            var (hostSeconds, keptSeconds) = (Median.Of(onHost.Select(run => run.Seconds)), Median.Of(onKept.Select(run => run.Seconds)));
            var difference = onHost[0].Latents.Zip(onKept[0].Latents, (a, b) => Math.Abs(a - b)).Max() / onHost[0].Latents.Max(Math.Abs);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{pictures,-9} {1000 * hostSeconds / steps,13:F2} {1000 * keptSeconds / steps,13:F2} {hostSeconds / keptSeconds,6:F3} {onHost[0].BytesCopied,12} {onKept[0].BytesCopied,12} {difference,11:E1}"));
        }
    }

    private static Drawn Draw(DenoisingEngine engine, DrawingPlan plan, int pictures)
    {
        using var conditions = engine.Condition(null, null);
        var drawings = Enumerable.Range(0, pictures).Select(i => engine.Begin(plan, conditions, (ulong)i)).ToList();
        var before = engine.Counters.LatentBytesCopied;
        var failures = new Exception?[pictures];
        var begun = Stopwatch.GetTimestamp();
        while (!drawings[0].Done)
        {
            engine.Step(drawings, failures);
            if (Array.Find(failures, failure => failure is not null) is { } failure)
            {
                throw failure;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new Drawn(seconds, engine.Counters.LatentBytesCopied - before, drawings[^1].Latents.ToArray());
    }

    /// <summary>A run: its time without conditions and decoding, bytes of latents between host and graphs, and the last picture's latents.</summary>
    private sealed record Drawn(double Seconds, long BytesCopied, float[] Latents);
}
