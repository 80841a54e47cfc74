using Cafe.Imaging;

namespace Cafe.Training.Data.Sources;

/// <summary>One cut-out picture of a subject in one design.</summary>
/// <param name="Key">What is the same thing in every design: a code point in lower-case hexadecimal, or a file's name.</param>
/// <param name="Name">In words, as a user would say it: "fire engine".</param>
/// <param name="Group">A coarse class: "animal-mammal".</param>
/// <param name="Design">Who drew it: "noto".</param>
/// <param name="Picture">Transparent around the subject.</param>
public sealed record SubjectPicture(string Key, string Name, string Group, string Design, AlphaPicture Picture);
