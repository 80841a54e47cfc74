namespace Cafe.Packs.Manifest;

/// <summary>Where [IMG] is appended.</summary>
public enum ImageTokenPosition
{
    AfterReply,

    /// <summary>Before the reply is written, so that the diffuser can start at once.</summary>
    AfterPrompt,
}
