using System.Text.Json;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>From given noise to latents and pictures by the pack's sampler, once for every kind of guidance that sampling.json names.</summary>
internal sealed class DiffuserCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["diffuser"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var checkpoint = golden.Weights("unet");
        using var unet = new UNetGraphs(golden.Config("unet"), checkpoint, variant);
        var vaeConfig = AutoencoderKlConfig.From(golden.Config("vae"));
        var decoder = AutoencoderKl.BuildDecoder(vaeConfig, variant.Options);
        var vaeWeights = WeightBinding.Bind(golden.Weights("vae", AutoencoderKl.Renames), [AutoencoderKl.BuildEncoder(vaeConfig, variant.Options), decoder], []);
        using var vae = variant.Open(decoder, vaeWeights);

        using var sampling = JsonDocument.Parse(System.IO.File.ReadAllBytes(golden.File("sampling.json")));
        var steps = sampling.RootElement.GetProperty("steps").GetInt32();
        var config = SchedulerConfig.Parse(System.IO.File.ReadAllBytes(golden.File("scheduler", "scheduler_config.json")));
        var plan = SamplerPlan.Create(SamplerKind.Dpmpp2M, config, steps);
        foreach (var setting in sampling.RootElement.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object))
        {
            var latents = Sample(golden, unet, new DrawingPlan(plan, Guided(setting.Value), ConditionBranch.Both, 1, 0, 0));
            yield return Comparison.Of($"latents_{setting.Name}", latents, golden.Tensor($"latents_{setting.Name}"));
            var scaled = HostTensor.Of(Array.ConvertAll(latents.Floats(), value => (float)(value / vaeConfig.ScalingFactor)), latents.Shape);
            var pictures = vae.Run(new Dictionary<string, HostTensor> { ["latent_sample"] = scaled })["sample"];
            yield return Comparison.Of($"images_{setting.Name}", pictures, golden.Tensor($"images_{setting.Name}"));
        }
    }

    private static Guidance Guided(JsonElement setting)
    {
        double Number(string name) => setting.TryGetProperty(name, out var value) ? value.GetDouble() : 1;
        var mode = setting.GetProperty("guidance").GetString() switch
        {
            "joint" => GuidanceMode.Joint,
            "dual" => GuidanceMode.Dual,
            "none" => GuidanceMode.None,
            var other => throw new InvalidDataException($"'{other}' is no guidance that is known."),
        };
        var (start, end) = setting.TryGetProperty("interval", out var interval) ? (interval[0].GetDouble(), interval[1].GetDouble()) : (0, 1);
        return new Guidance(mode, Number("w"), Number("w_c"), Number("w_s"), start, end);
    }

    // All pictures in step, and each step's branches in one call.
    private static HostTensor Sample(GoldenCase golden, UNetGraphs unet, DrawingPlan plan)
    {
        var (noise, semantic, subject) = (golden.Tensor("noise"), golden.Tensor("semantic"), golden.Tensor("subject"));
        var pictures = (int)noise.Shape[0];
        var length = (int)(noise.Count / pictures);
        var rows = Enumerable.Range(0, pictures).Select(i => new SamplerRow(plan.Sampler, noise.Floats().AsSpan(i * length, length))).ToArray();
        var conditions = new Dictionary<ConditionBranch, IReadOnlyDictionary<string, HostTensor>>();
        for (var step = 0; step < plan.Steps; step++)
        {
            var sums = rows.Select(_ => new double[length]).ToArray();
            foreach (var term in plan.Terms(step))
            {
                if (!conditions.TryGetValue(term.Branch, out var given))
                {
                    given = conditions[term.Branch] = unet.Condition(
                        term.Branch.HasFlag(ConditionBranch.Semantic) ? semantic : Zeros(semantic),
                        term.Branch.HasFlag(ConditionBranch.Subject) ? subject : Zeros(subject));
                }

                var input = new float[noise.Count];
                for (var i = 0; i < pictures; i++)
                {
                    rows[i].WriteInput(input.AsSpan(i * length, length));
                }

                var output = unet.Predict(HostTensor.Of(input, noise.Shape), [.. rows.Select(row => row.Timestep)], plan.SubjectStrength, given).Floats();
                for (var i = 0; i < output.Length; i++)
                {
                    sums[i / length][i % length] += term.Weight * output[i];
                }
            }

            for (var i = 0; i < pictures; i++)
            {
                rows[i].Advance(Array.ConvertAll(sums[i], value => (float)value));
            }
        }

        return HostTensor.Of(rows.SelectMany(row => row.Latents.ToArray()).ToArray(), noise.Shape);
    }

    private static HostTensor Zeros(HostTensor like) => like with { Bytes = new byte[like.Bytes.Length] };
}
