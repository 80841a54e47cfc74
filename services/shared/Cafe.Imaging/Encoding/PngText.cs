using System.Buffers.Binary;

namespace Cafe.Imaging.Encoding;

/// <summary>Reads the metadata that <see cref="PngEncoder"/> writes.</summary>
public static class PngText
{
    /// <summary>Keyword to text of every uncompressed iTXt chunk; empty where there is none.</summary>
    /// <param name="png">An encoded PNG.</param>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> png)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
            {
                break;
            }

            var data = png.Slice(at + 8, (int)length);
            if (png.Slice(at + 4, 4).SequenceEqual("iTXt"u8) && data.IndexOf((byte)0) is > 0 and var end && end + 3 <= data.Length && data[end + 1] == 0)
            {
                var rest = data[(end + 3)..];
                var language = rest.IndexOf((byte)0);
                var translated = language < 0 ? -1 : rest[(language + 1)..].IndexOf((byte)0);
                if (translated >= 0)
                {
                    texts[System.Text.Encoding.Latin1.GetString(data[..end])] =
                        System.Text.Encoding.UTF8.GetString(rest[(language + 1 + translated + 1)..]);
                }
            }

            at += 12 + (int)length;
        }

        return texts;
    }
}
