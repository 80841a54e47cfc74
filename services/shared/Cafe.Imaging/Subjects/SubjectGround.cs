namespace Cafe.Imaging.Subjects;

/// <summary>What a subject stands on.</summary>
public enum SubjectGround
{
    /// <summary>A scene: nothing tells the subject from its surroundings, so the picture is taken as it is.</summary>
    Scene,

    /// <summary>Transparent pixels.</summary>
    Transparent,

    /// <summary>One colour all around, within a tolerance.</summary>
    Plain,
}
