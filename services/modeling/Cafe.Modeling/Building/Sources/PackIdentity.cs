using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>What a pack says of itself, and how the assistant behaves where a request doesn't say.</summary>
public sealed record PackIdentity
{
    /// <summary>1 to 64 of a-z, 0-9, '.', '-', '_'.</summary>
    public required string Name { get; init; }

    public string Version { get; init; } = "1.0.0";

    public string Description { get; init; } = "";

    /// <summary>False for random weights.</summary>
    public bool Trained { get; init; } = true;

    public ChatTemplate ChatTemplate { get; init; } = ChatTemplate.Llama2;

    public string SystemPrompt { get; init; } =
        "You help people make pictures of the subject they show you. Say what you will draw: one short opener, a restatement of the picture, and a sentence on its effect.";

    public ImageTokenPosition ImageTokenPosition { get; init; } = ImageTokenPosition.AfterReply;

    public int MaxReplyTokens { get; init; } = 256;

    public float Temperature { get; init; } = 0.7f;

    public float TopP { get; init; } = 0.9f;

    /// <summary>Null for none.</summary>
    public float? CopyBias { get; init; }

    /// <summary>Null for none.</summary>
    public Naming? Naming { get; init; }

    /// <summary>Sampler, steps and guidance of a request that names none.</summary>
    public SamplingDefaults Sampling { get; init; } = new()
    {
        Sampler = "dpmpp_2m",
        Steps = 25,
        Guidance = "joint",
        GuidanceScale = 7.5f,
        SemanticScale = 7.5f,
        SubjectScale = 7.5f,
    };
}
