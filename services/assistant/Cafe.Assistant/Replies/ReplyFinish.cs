namespace Cafe.Assistant.Replies;

/// <summary>Why a reply ended.</summary>
public enum ReplyFinish
{
    /// <summary>The model ended it.</summary>
    End,

    /// <summary>A stop string appeared.</summary>
    Stop,

    /// <summary>The most tokens were reached.</summary>
    Length,
}
