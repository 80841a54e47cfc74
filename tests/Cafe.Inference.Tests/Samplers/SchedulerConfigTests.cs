using System.Text;
using Cafe.Inference.Samplers;

namespace Cafe.Inference.Tests.Samplers;

public sealed class SchedulerConfigTests
{
    [Theory]
    [InlineData(SamplerKind.Dpmpp2M, """{"algorithm_type": "sde-dpmsolver++"}""", "algorithm_type")]
    [InlineData(SamplerKind.Dpmpp2M, """{"solver_order": 3}""", "solver_order")]
    [InlineData(SamplerKind.Dpmpp2M, """{"solver_type": "bh2"}""", "solver_type")]
    [InlineData(SamplerKind.Dpmpp2M, """{"use_lu_lambdas": true}""", "use_lu_lambdas")]
    [InlineData(SamplerKind.Dpmpp2M, """{"use_flow_sigmas": true}""", "use_flow_sigmas")]
    [InlineData(SamplerKind.Dpmpp2M, """{"thresholding": true}""", "thresholding")]
    [InlineData(SamplerKind.Ddim, """{"thresholding": true}""", "thresholding")]
    [InlineData(SamplerKind.Ddim, """{"timestep_spacing": "sideways"}""", "timestep_spacing")]
    [InlineData(SamplerKind.Ddim, """{"rescale_betas_zero_snr": true, "timestep_spacing": "trailing"}""", "rescale_betas_zero_snr")]
    [InlineData(SamplerKind.Euler, """{"timestep_type": "continuous"}""", "timestep_type")]
    [InlineData(SamplerKind.Euler, """{"interpolation_type": "log_linear"}""", "interpolation_type")]
    [InlineData(SamplerKind.Euler, """{"use_exponential_sigmas": true}""", "use_exponential_sigmas")]
    [InlineData(SamplerKind.Euler, """{"final_sigmas_type": "one"}""", "final_sigmas_type")]
    [InlineData(SamplerKind.Euler, """{"prediction_type": "flow_prediction"}""", "prediction_type")]
    [InlineData(SamplerKind.Euler, """{"beta_schedule": "sigmoid"}""", "beta_schedule")]
    [InlineData(SamplerKind.Euler, """{"beta_start": "low"}""", "beta_start")]
    [InlineData(SamplerKind.Euler, """{"beta_end": 2}""", "beta_start")]
    [InlineData(SamplerKind.Euler, """{"num_train_timesteps": 1.5}""", "num_train_timesteps")]
    [InlineData(SamplerKind.Euler, """{"trained_betas": [0.1, 0.2]}""", "trained_betas")]
    [InlineData(SamplerKind.Euler, """{"eta_of_the_future": 1}""", "eta_of_the_future")]
    [InlineData(SamplerKind.Euler, """[1]""", "(file)")]
    [InlineData(SamplerKind.Euler, """{"beta_start": """, "(file)")]
    public void Create_UnsupportedOrMalformed_IsRefusedByName(SamplerKind kind, string json, string field)
    {
        var error = Assert.Throws<SchedulerConfigException>(() => SamplerPlan.Create(kind, Parse(json), 4));
        Assert.Equal(field, error.Field);
        Assert.Contains(field, error.Message);
    }

    [Theory]
    [InlineData(SamplerKind.Dpmpp2M)]
    [InlineData(SamplerKind.Ddim)]
    [InlineData(SamplerKind.Euler)]
    public void Create_AnotherSchedulersFile_ReadsTheSharedFields(SamplerKind kind)
    {
        // As published beside Stable Diffusion 2's base checkpoint.
        const string Published = """
            {"_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": false,
             "num_train_timesteps": 1000, "prediction_type": "epsilon", "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null}
            """;
        var plan = SamplerPlan.Create(kind, Parse(Published), 20);
        Assert.Equal(20, plan.Steps.Count);
        Assert.True(plan.Steps[0].Timestep > 900);
        Assert.All(plan.Steps.Zip(plan.Steps.Skip(1)), pair => Assert.True(pair.First.Timestep > pair.Second.Timestep));
    }

    [Fact]
    public void Parse_FieldUnderUseDefaultValues_TakesTheSamplersOwnDefault()
    {
        var plan = SamplerPlan.Create(
            SamplerKind.Ddim,
            Parse("""{"timestep_spacing": "linspace", "clip_sample": false, "_use_default_values": ["timestep_spacing"]}"""),
            5);
        Assert.Equal([800, 600, 400, 200, 0], plan.Steps.Select(step => step.Timestep));
    }

    [Fact]
    public void Parse_InfinityAsAWord_IsRead() =>
        Assert.Equal(4, SamplerPlan.Create(SamplerKind.Dpmpp2M, Parse("""{"lambda_min_clipped": -Infinity}"""), 4).Steps.Count);

    [Fact]
    public void Create_LambdaMinClipped_LeavesTheNoisiestTimestepsOut()
    {
        var plan = SamplerPlan.Create(
            SamplerKind.Dpmpp2M, Parse("""{"beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1}"""), 10);
        Assert.InRange(plan.Steps[0].Timestep, 900, 998);
    }

    [Theory]
    [InlineData(SamplerKind.Dpmpp2M, 0)]
    [InlineData(SamplerKind.Ddim, 1001)]
    [InlineData(SamplerKind.Euler, -1)]
    public void Create_StepsOutOfRange_Throws(SamplerKind kind, int steps) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplerPlan.Create(kind, Parse("{}"), steps));

    private static SchedulerConfig Parse(string json) => SchedulerConfig.Parse(System.Text.Encoding.UTF8.GetBytes(json));
}
