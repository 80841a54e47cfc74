using Cafe.Inference.Samplers;
using Cafe.Modeling.Checkpoints;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>
/// Trajectories of the samplers: for every configuration the timesteps, the noise levels, the first latents' scale and the latents
/// after each step, where the model's output at (scaled input x, timestep t) is tanh(0.7 x + t / 1000) - 0.1 x.
/// </summary>
internal sealed class SchedulersCase : ICaseKind
{
    private const double Tolerance = 1e-5;

    public IReadOnlyList<string> Prefixes => ["schedulers"];

    public bool UsesGraphs => false;

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant) =>
        Directory.GetFiles(golden.Path, "*.json").Order(StringComparer.Ordinal).SelectMany(path => File(golden, path));

    private static IEnumerable<Comparison> File(GoldenCase golden, string path)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        var expected = golden.Own(Checkpoint.Open(System.IO.Path.ChangeExtension(path, ".safetensors")));
        var kind = name.Split('-')[0] switch
        {
            "ddim" => SamplerKind.Ddim,
            "euler" => SamplerKind.Euler,
            var other when other.StartsWith("dpmpp", StringComparison.Ordinal) => SamplerKind.Dpmpp2M,
            var other => throw new InvalidDataException($"'{other}' of {name} is no sampler that is known."),
        };
        var timesteps = expected["timesteps"].ReadFloats();
        var plan = SamplerPlan.Create(kind, SchedulerConfig.Parse(System.IO.File.ReadAllBytes(path)), timesteps.Length);

        yield return Of($"{name}/timesteps", [.. plan.Steps.Select(step => step.Timestep)], timesteps);
        yield return Of($"{name}/init_noise_sigma", [(float)plan.InitialScale], expected["init_noise_sigma"].ReadFloats());
        if (expected.TryGet("sigmas", out var sigmas))
        {
            yield return Of($"{name}/sigmas", [.. plan.Sigmas.Select(sigma => (float)sigma)], sigmas.ReadFloats());
        }

        // x_0 holds the scale already.
        var row = new SamplerRow(plan, Array.ConvertAll(expected["x_0"].ReadFloats(), x => (float)(x / plan.InitialScale)));
        var worst = 0.0;
        var input = new float[row.Latents.Length];
        while (!row.Done)
        {
            row.WriteInput(input);
            var timestep = row.Timestep;
            row.Advance(Array.ConvertAll(input, x => MathF.Tanh((0.7f * x) + (timestep / 1000)) - (0.1f * x)));
            worst = Math.Max(worst, Comparison.RelativeError(row.Latents, expected[$"x_{row.StepIndex}"].ReadFloats()));
        }

        yield return new Comparison($"{name}/trajectory", worst, Tolerance);
    }

    private static Comparison Of(string tensor, float[] actual, float[] expected) => actual.Length == expected.Length
        ? new Comparison(tensor, Comparison.RelativeError(actual, expected), Tolerance)
        : new Comparison(tensor, double.PositiveInfinity, Tolerance, $"{actual.Length} numbers instead of {expected.Length}");
}
