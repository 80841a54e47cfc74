using System.Text.Json.Serialization;

namespace Cafe.Training.Diffusion;

/// <summary>The fields of scheduler_config.json that training reads, under their published names; the file that is served is written from them.</summary>
public sealed record NoiseScheduleOptions
{
    public int NumTrainTimesteps { get; init; } = 1000;

    public double BetaStart { get; init; } = 0.00085;

    public double BetaEnd { get; init; } = 0.012;

    /// <summary><c>linear</c>, <c>scaled_linear</c> or <c>squaredcos_cap_v2</c>.</summary>
    public string BetaSchedule { get; init; } = "scaled_linear";

    /// <summary><c>epsilon</c>, <c>v_prediction</c> or <c>sample</c>.</summary>
    public string PredictionType { get; init; } = "v_prediction";

    /// <summary>Brings the last step to pure noise; needs v or sample prediction.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>What the served file has beside these.</summary>
    [JsonExtensionData]
    public IDictionary<string, System.Text.Json.JsonElement> Others { get; init; } = new Dictionary<string, System.Text.Json.JsonElement>();
}
