using Cafe.Training.Data.Subjects;

namespace Cafe.Training.Data.Compositing;

/// <summary>All that a sample shows, before a pixel is drawn.</summary>
/// <param name="Subject">The subject asked for: the reference shows it.</param>
/// <param name="Design">The design that both pictures use.</param>
/// <param name="Colouring">How the subject is varied, in both pictures.</param>
/// <param name="Scene">Label of the scene asked for.</param>
/// <param name="Accessory">Label of the accessory, or null.</param>
/// <param name="Look">Label of the look, or null.</param>
/// <param name="Placement">Where the subject stands.</param>
/// <param name="Fault">What the teacher got wrong.</param>
/// <param name="ShownSubject">The subject drawn; another than asked for with <see cref="TeacherFault.WrongSubject"/>.</param>
/// <param name="ShownScene">The scene painted; another than asked for with <see cref="TeacherFault.WrongScene"/>.</param>
/// <param name="PaintSeed">Seed of everything painted.</param>
public sealed record SampleSpec(
    Subject Subject,
    string Design,
    Colouring Colouring,
    int Scene,
    int? Accessory,
    int? Look,
    Placement Placement,
    TeacherFault Fault,
    Subject ShownSubject,
    int ShownScene,
    ulong PaintSeed);
