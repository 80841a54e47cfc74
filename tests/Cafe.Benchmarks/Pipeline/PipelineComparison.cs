using System.Diagnostics;
using System.Globalization;
using Cafe.Cli.Embedded;
using Cafe.Client;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Benchmarks.Pipeline;

/// <summary>A generation through the four services over gRPC against the bare model calls that it makes, in turns, in one process.</summary>
internal static class PipelineComparison
{
    private const int Side = 128;

    // Pairs before the first that counts: until then the runtime compiles what it ran often once more, beside the models.
    private const int WarmUp = 25;
    private static readonly Stage[] Stages = [Stage.Encoder, Stage.Assistant, Stage.Diffuser];

    /// <param name="pack">The pack's folder.</param>
    /// <param name="rounds">Pairs of runs.</param>
    /// <param name="steps">Of the sampler.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task RunAsync(string pack, int rounds, int steps, TextWriter output)
    {
        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack }, CancellationToken.None);
        using var client = new CafeClient(system.Gateway);
        using var bare = new BarePipeline(Packs.Manifest.PackFolder.Open(pack));
        var (served, direct, stages) = (new List<double>(), new List<double>(), new List<(double[] Served, double[] Bare)>());
        for (var round = -WarmUp; round < rounds; round++)
        {
            var request = Request(round + WarmUp, steps);
            var begun = Stopwatch.GetTimestamp();
            var summary = (await client.GenerateToEndAsync(request)).Summary;
            var overGrpc = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            var parts = bare.Run(summary.PromptTokens, summary.ReplyTokens, steps);
            var alone = parts.Sum();
            if (round >= 0)
            {
                served.Add(overGrpc);
                direct.Add(alone);
                stages.Add(([.. Stages.Select(stage => summary.Timings.Where(t => t.Stage == stage).Sum(t => t.QueueSeconds + t.WorkSeconds))], parts));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round + 1}/{rounds}: served {overGrpc:f3} s, bare {alone:f3} s, ratio {overGrpc / alone:f3} ({summary.ReplyTokens} tokens)"));
            }
        }

        foreach (var (stage, at) in Stages.Select((stage, at) => (stage, at)))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stage.ToString().ToLowerInvariant()}: {1000 * Median.Of(stages.Select(s => s.Served[at])):f1} ms in the stage, {1000 * Median.Of(stages.Select(s => s.Bare[at])):f1} ms bare"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"outside of the stages: {1000 * Median.Of(served.Zip(stages, (whole, s) => whole - s.Served.Sum())):f1} ms"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"served / bare: {Median.Of(served) / Median.Of(direct):f3} of the medians, {served.Min() / direct.Min():f3} of the best (goal: at most 1.05)"));
    }

    // A picture like no other: nothing comes from the cache.
    private static GenerateRequest Request(int number, int steps)
    {
        var pixels = new byte[3 * Side * Side];
        new Random(number).NextBytes(pixels);
        return new GenerateRequest
        {
            Subject = new Image { Data = ByteString.CopyFrom(PngEncoder.Encode(new Picture(Side, Side, pixels))) },
            Text = "put it on a beach at sunset",
            Options = new DiffusionOptions { Steps = steps, Seed = 1 },
        };
    }
}
