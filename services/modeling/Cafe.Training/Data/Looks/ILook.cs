namespace Cafe.Training.Data.Looks;

/// <summary>A way to render a whole picture; it goes with every scene.</summary>
public interface ILook
{
    /// <summary>A classifier's label: "pencil sketch".</summary>
    string Name { get; }

    /// <summary>To end a sentence: "as a pencil sketch".</summary>
    string Phrase { get; }

    /// <summary>What it does to the picture, to end a reply.</summary>
    IReadOnlyList<string> Effects { get; }

    /// <summary>Changes the pixels in place.</summary>
    /// <param name="rgb">[side, side, 3].</param>
    /// <param name="side">Side of the square.</param>
    void Apply(Span<byte> rgb, int side);
}
