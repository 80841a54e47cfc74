namespace Cafe.Imaging.Subjects;

/// <summary>A subject picture after centring was tried.</summary>
/// <param name="Picture">The canonical square, or the picture as it is over the ground's colour.</param>
/// <param name="Ground">What the subject stood on.</param>
/// <param name="Applied">Whether the picture is the canonical square.</param>
public sealed record CentredSubject(Picture Picture, SubjectGround Ground, bool Applied);
