namespace Cafe.Training.Data.Looks;

/// <summary>Every look. Its place in the list is its label in sample files: add at the end.</summary>
public static class LookCatalog
{
    /// <summary>In label order.</summary>
    public static IReadOnlyList<ILook> All { get; } = [new PencilSketch(), new Sepia(), new PixelMosaic()];
}
