using Cafe.V1;

namespace Cafe.Gateway.Stages;

/// <summary>Words for stages, in messages and in metrics' labels.</summary>
public static class StageNames
{
    /// <summary><c>encoder</c>, <c>assistant</c> or <c>diffuser</c>.</summary>
    public static string Name(this Stage stage) => stage switch
    {
        Stage.Encoder => "encoder",
        Stage.Assistant => "assistant",
        Stage.Diffuser => "diffuser",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Not a stage."),
    };
}
