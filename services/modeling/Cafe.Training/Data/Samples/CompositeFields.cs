using Cafe.Modeling.Checkpoints;
using Cafe.Training.Samples;

namespace Cafe.Training.Data.Samples;

/// <summary>Columns of composites beside those that trainers read: what is known of a sample because it was composed.</summary>
public static class CompositeFields
{
    /// <summary>Look-alike cluster of the subject asked for, Int32 [].</summary>
    public static SampleField Cluster { get; } = new("cluster", TensorType.Int32, []);

    /// <summary>Design of the pictures, index into the catalog's designs, Int32 [].</summary>
    public static SampleField Design { get; } = new("design", TensorType.Int32, []);

    /// <summary>What the teacher got wrong (<see cref="Compositing.TeacherFault"/>), Int32 [].</summary>
    public static SampleField Fault { get; } = new("fault", TensorType.Int32, []);

    /// <summary>The subject that the target really shows, Int32 [].</summary>
    public static SampleField ShownSubject { get; } = new("shown_subject", TensorType.Int32, []);

    /// <summary>The scene that the target really shows, Int32 []; <see cref="SampleFields.Scene"/> is the one asked for.</summary>
    public static SampleField ShownScene { get; } = new("shown_scene", TensorType.Int32, []);

    /// <summary>Hue rotation in degrees and aspect of the subject, Float32 [2].</summary>
    public static SampleField Colouring { get; } = new("colouring", TensorType.Float32, [2]);
}
