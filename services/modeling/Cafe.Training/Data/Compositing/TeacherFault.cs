namespace Cafe.Training.Data.Compositing;

/// <summary>What a teacher got wrong in a sample, as real teachers do; known here, so that a filter can be measured.</summary>
public enum TeacherFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Another subject is shown.</summary>
    WrongSubject = 1,

    /// <summary>Another scene is shown.</summary>
    WrongScene = 2,

    /// <summary>The picture is blurred along one direction.</summary>
    Smeared = 3,

    /// <summary>The subject has other colours.</summary>
    Recoloured = 4,
}
