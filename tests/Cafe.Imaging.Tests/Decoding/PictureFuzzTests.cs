using System.Buffers.Binary;
using Cafe.Imaging.Decoding;
using Cafe.Testing;
using Cafe.Testing.Fuzzing;

namespace Cafe.Imaging.Tests.Decoding;

/// <summary>
/// Mutations of the goldens that know where lengths, sizes and markers lie. Every input must be decoded within the limits or
/// refused with an <see cref="ImageFormatException"/>. CAFE_FUZZ_COUNT sets the number of inputs.
/// </summary>
[Collection(AloneInTheProcess.Name)]
public sealed class PictureFuzzTests
{
    private static readonly ImageLimits Limits = new() { MaxBytes = 1 << 20, MaxWidth = 1024, MaxHeight = 1024, MaxPixels = 600_000 };

    // Eight bytes a pixel that the limits allow, Huffman tables, pooled copies of the input: nothing that the input only claims. What the codecs take beside it is seen in the process alone.
    private static readonly FuzzLimits Memory = new() { Allocated = length => (8 * Limits.MaxPixels) + (300L * length) + 2_000_000, Resident = 128L << 20 };

    private static readonly uint[] Interesting = [0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF4, 0xFFFFFFFF];

    [Fact]
    public void Decode_MutatedPictures_DecodesOrRefuses()
    {
        var seeds = Directory.EnumerateFiles(Goldens.Path("images"))
            .Where(path => path.EndsWith(".png", StringComparison.Ordinal) || path.EndsWith(".jpg", StringComparison.Ordinal) || path.EndsWith(".webp", StringComparison.Ordinal))
            .Where(path => !Path.GetFileName(path).StartsWith("expect_", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(bytes => bytes.Length > 0)
            .ToList();
        var read = 0;
        var decoded = Fuzz.Run(1500, random => Mutate(random.Pick(seeds), random), input =>
        {
            read++;
            return Decode(input);
        }, Memory);

        // Mutations that never decode would test only the header's first bytes.
        Assert.InRange(decoded, read / 50, read);
    }

    private static bool Decode(byte[] input)
    {
        try
        {
            var picture = PictureDecoder.Decode(input, Limits, Rgb.White);
            Assert.InRange(picture.Width, 1, Limits.MaxWidth);
            Assert.InRange(picture.Height, 1, Limits.MaxHeight);
            return true;
        }
        catch (ImageFormatException)
        {
            // Refused with a reason: as good as decoded.
            return false;
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = (byte[])seed.Clone();
        var structure = Structure(bytes);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 when bytes.Length > 64:
                    bytes = bytes[..random.Next(32, bytes.Length)];
                    break;
                case 3:
                    var from = random.Next(bytes.Length);
                    var length = Math.Min(random.Next(1, 64), bytes.Length - Math.Max(at, from));
                    bytes.AsSpan(from, length).ToArray().CopyTo(bytes, at);
                    break;
                default:
                    // A length, size or marker becomes a number at an edge.
                    var field = structure[random.Next(structure.Count)];
                    if (field + 4 <= bytes.Length)
                    {
                        var value = Interesting[random.Next(Interesting.Length)];
                        if (random.Next(2) == 0)
                        {
                            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(field), value);
                        }
                        else
                        {
                            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(field), (ushort)value);
                        }
                    }

                    break;
            }
        }

        if (random.Next(4) != 0)
        {
            RepairChecksums(bytes);
        }

        return bytes;
    }

    /// <summary>Offsets of chunk lengths, kinds and headers (PNG, RIFF) or of segments (JPEG).</summary>
    private static List<int> Structure(byte[] bytes)
    {
        var fields = new List<int> { 0, 4 };
        if (bytes[0] == 0x89)
        {
            for (var at = 8; at + 12 <= bytes.Length; at += 12 + (int)Math.Min(1 << 24, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at))))
            {
                fields.AddRange([at, at + 4, at + 8, at + 12, at + 16]);
            }
        }
        else if (bytes[0] == 'R')
        {
            for (var at = 12; at + 8 <= bytes.Length; at += 8 + (int)Math.Min(1 << 24, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4))))
            {
                fields.AddRange([at, at + 4, at + 8, at + 11, at + 14]);
            }
        }
        else
        {
            for (var at = 2; at + 4 <= bytes.Length && bytes[at] == 0xFF && bytes[at + 1] != 0xDA; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2)))
            {
                fields.AddRange([at, at + 2, at + 5, at + 7, at + 9, at + 11]);
            }
        }

        return fields;
    }

    /// <summary>Without this nearly every mutated PNG would end at a checksum.</summary>
    private static void RepairChecksums(byte[] bytes)
    {
        if (bytes.Length < 8 || bytes[0] != 0x89)
        {
            return;
        }

        for (var at = 8; at + 12 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12)
            {
                return;
            }

            var end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(end), Crc32.Append(0, bytes.AsSpan(at + 4, (int)length + 4)));
            at = end + 4;
        }
    }
}
