namespace Cafe.Imaging.Encoding;

/// <summary>Pictures of one size side by side in a PNG, so that they can be judged by eye.</summary>
public static class ContactSheet
{
    /// <summary>Writes the sheet; rows fill from the left.</summary>
    /// <param name="path">The PNG to write.</param>
    /// <param name="pictures">At least one; each is resized to the cell if it has another size.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="cell">Side of a cell in pixels.</param>
    public static void Write(string path, IReadOnlyList<Picture> pictures, int columns, int cell)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, 1);
        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var (pitch, width) = (cell + 2, columns * (cell + 2));
        var sheet = new byte[3L * width * rows * pitch];
        sheet.AsSpan().Fill(255);
        for (var i = 0; i < pictures.Count; i++)
        {
            var picture = pictures[i].Resize(cell, cell);
            var (left, top) = (i % columns * pitch, i / columns * pitch);
            for (var y = 0; y < cell; y++)
            {
                picture.Rgb.Slice(3 * y * cell, 3 * cell).CopyTo(sheet.AsSpan(3 * (((top + y) * width) + left)));
            }
        }

        File.WriteAllBytes(path, PngEncoder.Encode(new Picture(width, rows * pitch, sheet)));
    }
}
