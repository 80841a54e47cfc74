namespace Cafe.Evaluation.Conversations;

/// <summary>Names of the figures that an answer gets beside those of its picture; all are shares.</summary>
public static class ReplyMetric
{
    /// <summary>The reply is neither empty nor cut off: it ends as a sentence does.</summary>
    public const string Whole = "reply_whole";

    /// <summary>The user named the subject, and the reply does.</summary>
    public const string NamesSubject = "reply_names_subject";

    /// <summary>The scene that the reply speaks of first is the one that the picture shows.</summary>
    public const string SceneIsThePictures = "reply_scene_is_the_pictures";

    /// <summary>The scene that the reply speaks of first is the one asked for.</summary>
    public const string SceneAsked = "reply_scene_asked";

    /// <summary>A vague wish was answered with a scene.</summary>
    public const string VagueConcrete = "vague_concrete";

    /// <summary>A later turn's picture still shows the subject: identity top-1.</summary>
    public const string LaterTurnKeepsSubject = "later_turn_keeps_subject";

    /// <summary>A later turn's picture shows all that it asks: scene, accessory and look.</summary>
    public const string LaterTurnChanges = "later_turn_changes";
}
