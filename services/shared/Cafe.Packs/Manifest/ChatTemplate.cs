namespace Cafe.Packs.Manifest;

/// <summary>The prompt's form as data: pieces concatenated in order, with {system}, {image}, {user} and {assistant} standing for the content.</summary>
public sealed record ChatTemplate
{
    /// <summary>Placed inside the first user turn.</summary>
    public required string System { get; init; }

    /// <summary>{system} and {image} are empty after the first turn.</summary>
    public required string User { get; init; }

    public required string Assistant { get; init; }

    public required bool BosEachUserTurn { get; init; }

    public required bool EosAfterAssistant { get; init; }

    /// <summary>Llama-2-chat's form, with the image before the first user text.</summary>
    public static ChatTemplate Llama2 { get; } = new()
    {
        System = "<<SYS>>\n{system}\n<</SYS>>\n\n",
        User = "[INST] {system}{image}{user} [/INST]",
        Assistant = " {assistant} ",
        BosEachUserTurn = true,
        EosAfterAssistant = true,
    };
}
