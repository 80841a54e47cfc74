using Cafe.Imaging;

namespace Cafe.Training.Samples;

/// <summary>Pictures of a store's columns, UInt8 [3, height, width].</summary>
public static class StorePictures
{
    /// <exception cref="SampleException">The source has no such field.</exception>
    public static Picture Read(ISampleSource source, string field, long row)
    {
        ArgumentNullException.ThrowIfNull(source);
        var column = source.Field(field);
        var planes = new byte[column.Bytes];
        source.Read(column, row, planes);
        var (height, width) = ((int)column.Shape[1], (int)column.Shape[2]);
        var (rgb, plane) = (new byte[planes.Length], height * width);
        for (var channel = 0; channel < 3; channel++)
        {
            for (int i = 0, at = channel; i < plane; i++, at += 3)
            {
                rgb[at] = planes[(channel * plane) + i];
            }
        }

        return new Picture(width, height, rgb);
    }
}
