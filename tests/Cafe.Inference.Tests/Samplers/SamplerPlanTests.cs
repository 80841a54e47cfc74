using System.Text;
using Cafe.Inference.Samplers;
using CsCheck;

namespace Cafe.Inference.Tests.Samplers;

public sealed class SamplerPlanTests
{
    /// <summary>
    /// A model that knows the noise exactly (all data are one point) is undone exactly by every sampler, whatever it predicts: the
    /// result is the point.
    /// </summary>
    [Fact]
    public void Advance_ModelKnowsTheData_EveryKindArrivesAtIt()
    {
        var kinds = Gen.Int[0, 2].Select(i => (SamplerKind)i);
        var predictions = Gen.Int[0, 2].Select(i => new[] { "epsilon", "v_prediction", "sample" }[i]);
        var spacings = Gen.Int[0, 2].Select(i => new[] { "linspace", "leading", "trailing" }[i]);
        Gen.Select(kinds, predictions, spacings, Gen.Bool, Gen.Int[2, 40], Gen.Double[-2, 2], Gen.ULong)
            // DDIM goes down by whole strides: from trailing timesteps it reaches the end only where the stride divides the range.
            .Where(c => c.Item1 != SamplerKind.Ddim || c.Item3 != "trailing" || 1000 % c.Item5 == 0)
            // At pure noise epsilon says nothing.
            .Where(c => c.Item2 != "epsilon" || !c.Item4)
            .Sample(
            (kind, prediction, spacing, zeroSnr, steps, data, seed) =>
            {
                var config = SchedulerConfig.Parse(System.Text.Encoding.UTF8.GetBytes(
                    $$"""{"prediction_type": "{{prediction}}", "timestep_spacing": "{{spacing}}", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "rescale_betas_zero_snr": {{(zeroSnr ? "true" : "false")}}, "clip_sample": false}"""));
                var plan = SamplerPlan.Create(kind, config, steps);
                var noise = new float[8];
                SeededNoise.Fill(seed, noise);
                var row = new SamplerRow(plan, noise);
                while (!row.Done)
                {
                    row.Advance(Predict(plan.Steps[row.StepIndex], row.Latents, data));
                }

                Assert.All(row.Latents.ToArray(), value => Assert.Equal(data, value, 1e-3));
            },
            iter: 300);
    }

    // The step's own definition of x0 solved for the output that gives the data.
    private static float[] Predict(SamplerStep step, ReadOnlySpan<float> latents, double data) =>
        [.. latents.ToArray().Select(x => (float)((data - (step.DenoisedLatents * x)) / step.DenoisedOutput))];

    [Fact]
    public void Advance_OutputOfAnotherLength_Throws()
    {
        var plan = SamplerPlan.Create(SamplerKind.Ddim, SchedulerConfig.Parse("{}"u8.ToArray()), 2);
        Assert.Throws<ArgumentException>(() => new SamplerRow(plan, new float[4]).Advance(new float[3]));
    }

    [Fact]
    public void Advance_ClipSample_HoldsThePredictionInItsRange()
    {
        var plan = SamplerPlan.Create(SamplerKind.Ddim, SchedulerConfig.Parse("""{"clip_sample_range": 0.5}"""u8.ToArray()), 2);
        var row = new SamplerRow(plan, [3, -3]);
        row.Advance([0, 0]);
        Assert.Equal([0.5f, -0.5f], row.Denoised.ToArray());
    }
}
