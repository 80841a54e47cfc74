using System.Globalization;
using Cafe.Benchmarks.Coverage;
using Cafe.Benchmarks.Graphs;
using Cafe.Benchmarks.Latents;
using Cafe.Benchmarks.Overload;
using Cafe.Benchmarks.Pipeline;
using Cafe.Benchmarks.Scheduling;
using Cafe.Benchmarks.Streaming;
using Cafe.Inference.Sessions;

namespace Cafe.Benchmarks;

/// <summary>Benchmarks that compare; what they print are ratios of one run on one machine, never promises of time.</summary>
public static class Program
{
    private const string Usage = """
        usage: Cafe.Benchmarks graphs [--only PREFIX] [--rounds N] [--threads N] [--cpu-time]
               Cafe.Benchmarks streaming FOLDER [--layers N]
               Cafe.Benchmarks pipeline PACK [--rounds N] [--steps N]
               Cafe.Benchmarks overload PACK [--rounds N] [--seconds N]
               Cafe.Benchmarks latents PACK [--cuda] [--rounds N] [--steps N]
               Cafe.Benchmarks coverage FOLDER
               Cafe.Benchmarks scheduling PACK|--times 1=8,2=9.8,... [--requests N] [--rounds N] [--simulated N] [--load X [--of-full-calls]] [--seed N] [--cpu-time]
          graphs      every architecture in ONNX Runtime against the same graph in TorchSharp, with the same weights
          --cpu-time  measures the process's processor time instead of the clock: what a busy machine disturbs least
          streaming   builds an int4 pack from a checkpoint of Llama-2-7B's dimensions in FOLDER (made, and removed): 13 GB, 0.5 GB and 0.4 GB a layer with --layers;
                      fails past 2 GiB of anonymous memory. Streaming/contained.sh runs it in a container limited to 2 GiB
          pipeline    a generation over gRPC through all services against the bare model calls that it makes, in turns
          overload    pictures a second at ten times the load that fills the services against those at that load, in turns
          latents     the diffuser's steps with latents kept where the graphs run against latents advanced on the host, in turns; on a GPU with --cuda
          coverage    a Markdown table of the readers' lines that a run of the fuzz tests reached, from FOLDER's Cobertura reports (docs/fuzzing)
          scheduling  mean latency of the step-level scheduler against one request at a time and the best request-level batching: simulated with the
                      measured times of the pack's calls, then drawn (--requests a round); with --times (rows and milliseconds) simulated only
        """;

    public static int Main(string[] args) => args switch
    {
        ["graphs", .. var options] => RunGraphs(options),
        ["streaming", var folder] => StreamingBuild.Run(folder, StreamingBuild.Layers, 2L << 30, Console.Out) ? 0 : 1,
        ["streaming", var folder, "--layers", var layers] when int.TryParse(layers, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= StreamingBuild.Layers =>
            StreamingBuild.Run(folder, count, 2L << 30, Console.Out) ? 0 : 1,
        ["pipeline", var pack, .. var options] => RunPipeline(pack, options),
        ["overload", var pack, .. var options] => RunOverload(pack, options),
        ["latents", var pack, "--cuda", .. var options] => RunLatents(pack, ExecutionProvider.Cuda, options),
        ["latents", var pack, .. var options] => RunLatents(pack, ExecutionProvider.Cpu, options),
        ["scheduling", .. var options] => RunScheduling(options),
        ["coverage", var folder] => RunCoverage(folder),
        _ => Refuse(null),
    };

    private static int RunCoverage(string folder)
    {
        ReaderCoverage.Report(LineCoverage.Read(folder), Console.Out);
        return 0;
    }

    private static int RunGraphs(string[] options)
    {
        string? only = null;
        var cpuTime = false;
        int rounds = 5, threads = Environment.ProcessorCount;
        for (var i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--only" when i + 1 < options.Length:
                    only = options[++i];
                    break;
                case "--cpu-time":
                    cpuTime = true;
                    break;
                case "--rounds" when i + 1 < options.Length && int.TryParse(options[i + 1], CultureInfo.InvariantCulture, out rounds) && rounds > 0:
                case "--threads" when i + 1 < options.Length && int.TryParse(options[i + 1], CultureInfo.InvariantCulture, out threads) && threads > 0:
                    i++;
                    break;
                default:
                    return Refuse(options[i]);
            }
        }

        new GraphComparison(rounds, threads, cpuTime ? Clocks.Processor : Clocks.Wall, Console.Out).Run(GraphCases.All.Where(c => only is null || c.Name.StartsWith(only, StringComparison.Ordinal)));
        return 0;
    }

    private static int RunPipeline(string pack, string[] options)
    {
        if (Numbers(options, ("--rounds", 15), ("--steps", 25)) is not [var rounds, var steps])
        {
            return 2;
        }

        PipelineComparison.RunAsync(pack, rounds, steps, Console.Out).GetAwaiter().GetResult();
        return 0;
    }

    private static int RunOverload(string pack, string[] options)
    {
        if (Numbers(options, ("--rounds", 3), ("--seconds", 20)) is not [var rounds, var seconds])
        {
            return 2;
        }

        OverloadComparison.RunAsync(pack, rounds, seconds, Console.Out).GetAwaiter().GetResult();
        return 0;
    }

    private static int RunLatents(string pack, ExecutionProvider provider, string[] options)
    {
        if (Numbers(options, ("--rounds", 9), ("--steps", 10)) is not [var rounds, var steps])
        {
            return 2;
        }

        LatentsComparison.Run(pack, provider, rounds, steps, Console.Out);
        return 0;
    }

    // The values of options that take a number from 1; none where one is not understood.
    private static int[] Numbers(string[] given, params (string Name, int Default)[] known)
    {
        int[] values = [.. known.Select(option => option.Default)];
        for (var i = 0; i < given.Length; i += 2)
        {
            var at = Array.FindIndex(known, option => option.Name == given[i]);
            if (at < 0 || i + 1 == given.Length || !int.TryParse(given[i + 1], CultureInfo.InvariantCulture, out values[at]) || values[at] < 1)
            {
                Refuse(given[i]);
                return [];
            }
        }

        return values;
    }

    private static int RunScheduling(string[] arguments)
    {
        if (SchedulingOptions.Parse(arguments, out var wrong) is not { } options)
        {
            return Refuse(wrong);
        }

        new SchedulingComparison(options, Console.Out).Run();
        return 0;
    }

    private static int Refuse(string? wrong)
    {
        Console.Error.WriteLine(wrong is null ? Usage : $"'{wrong}' is not understood.\n{Usage}");
        return 2;
    }
}
