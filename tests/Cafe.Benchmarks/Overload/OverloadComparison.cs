using System.Diagnostics;
using System.Globalization;
using Cafe.Cli.Embedded;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cafe.Benchmarks.Overload;

/// <summary>Pictures a second that come to their callers at ten times the load that the services can bear, against those at the load that just fills them, in turns.</summary>
internal static class OverloadComparison
{
    // Enough that the diffuser has several to choose from at every step, and none is rejected.
    private const int Callers = 16;
    private const double Load = 10;
    private const int Steps = 10;

    /// <param name="pack">The pack's folder.</param>
    /// <param name="rounds">Pairs of spans.</param>
    /// <param name="seconds">Of a span.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task RunAsync(string pack, int rounds, int seconds, TextWriter output)
    {
        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack }, CancellationToken.None);
        using var channel = GrpcChannel.ForAddress(system.Gateway, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var client = new GatewayService.GatewayServiceClient(channel);
        var subject = ByteString.CopyFrom(await File.ReadAllBytesAsync(Path.Combine(pack, "samples", "subject.png")));
        var span = TimeSpan.FromSeconds(seconds);
        await FillAsync(client, subject, span / 4);
        var (peak, flooded, refusals, memory) = (new List<double>(), new List<double>(), new List<double>(), new List<long>());
        for (var round = 0; round < rounds; round++)
        {
            peak.Add(await FillAsync(client, subject, span));
            flooded.Add(await FloodAsync(client, subject, span, Load * peak[^1], refusals));
            memory.Add(GC.GetTotalMemory(forceFullCollection: true));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{round + 1}/{rounds}: {peak[^1]:f2} pictures a second at the peak, {flooded[^1]:f2} at {Load} times that load, ratio {flooded[^1] / peak[^1]:f3}; {memory[^1] >> 20} MiB managed"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"goodput: {flooded.Sum() / peak.Sum():f3} of the peak (goal: at least 0.95)"));
        if (refusals.Count > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{refusals.Count} rejected, within {1000 * Median.Of(refusals):f1} ms (median), {1000 * refusals.Order().ElementAt(refusals.Count * 99 / 100):f1} ms (of 99%)"));
        }
    }

    // Callers that ask again as soon as they are served.
    private static async Task<double> FillAsync(GatewayService.GatewayServiceClient client, ByteString subject, TimeSpan span)
    {
        var begun = Stopwatch.GetTimestamp();
        var pictures = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            while (Stopwatch.GetElapsedTime(begun) < span)
            {
                await AskAsync(client, subject);
                Interlocked.Increment(ref pictures);
            }
        }));
        return pictures / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    // Callers that come at random and don't care how many others there are. What was begun inside the span and ends after it counts, and so does its time.
    private static async Task<double> FloodAsync(GatewayService.GatewayServiceClient client, ByteString subject, TimeSpan span, double perSecond, List<double> refusals)
    {
        var random = new Random(1);
        var begun = Stopwatch.GetTimestamp();
        var pictures = 0;
        var calls = new List<Task>();
        for (var due = TimeSpan.Zero; due < span; due += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond))
        {
            if (due - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }

            calls.Add(CallAsync());
        }

        await Task.WhenAll(calls);
        return pictures / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task CallAsync()
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                await AskAsync(client, subject);
                Interlocked.Increment(ref pictures);
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
            {
                lock (refusals)
                {
                    refusals.Add(Stopwatch.GetElapsedTime(asked).TotalSeconds);
                }
            }
        }
    }

    // A subject and a semantic picture: no reply is written, the diffuser is what is short.
    private static async Task AskAsync(GatewayService.GatewayServiceClient client, ByteString subject)
    {
        using var call = client.Generate(new GenerateRequest
        {
            Subject = new Image { Data = subject },
            SemanticImage = new Image { Data = subject },
            Alpha = 0,
            Options = new DiffusionOptions { Steps = Steps },
        });
        await foreach (var told in call.ResponseStream.ReadAllAsync())
        {
            _ = told;
        }
    }
}
