using System.Text.Json;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Imaging.Tensors;
using Cafe.Modeling.Checkpoints;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>
/// Pictures as cases.json lists them: decoded, resized, cropped, normalised; and those that must be refused. Errors are in pixel values of 0 to 1: lossless sources may be off by
/// one 255th anywhere, lossy ones by three at the 99.9th percentile, since decoders differ.
/// </summary>
internal sealed class ImagesCase : ICaseKind
{
    private const double Step = 1.0 / 255;

    // Room for rounding in the division, which is exact in neither program.
    private const double Slack = 1e-6;

    public IReadOnlyList<string> Prefixes => ["images"];

    public bool UsesGraphs => false;

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(golden.File("cases.json")));
        foreach (var line in cases.RootElement.EnumerateArray())
        {
            var file = line.GetProperty("file").GetString()!;
            var label = $"{line.GetProperty("expect").GetString()} {file}";
            var picture = Prepare(Read(golden.File(file)), line);
            var expected = Read(golden.File(line.GetProperty("expect").GetString()!));
            var lossless = Path.GetExtension(file) == ".png";
            yield return picture.Width == expected.Width && picture.Height == expected.Height
                ? new Comparison(label, Percentile(picture.Rgb, expected.Rgb, lossless ? 1 : 0.999) * Step, ((lossless ? 1 : 3) * Step) + Slack)
                : new Comparison(label, double.PositiveInfinity, Step, $"{picture.Width}x{picture.Height} instead of {expected.Width}x{expected.Height}");
            if (line.TryGetProperty("tensor", out var tensor) && tensor.GetString() is { } tensorFile)
            {
                using var values = Checkpoint.Open(golden.File(tensorFile));
                yield return new Comparison(tensorFile, TensorError(picture, values["pixel_values"].ReadFloats()), Step + Slack);
            }
        }

        foreach (var path in Directory.GetFiles(golden.Path, "refuse_*").Order(StringComparer.Ordinal))
        {
            yield return Refused(path);
        }
    }

    private static Picture Read(string path) => PictureDecoder.Decode(File.ReadAllBytes(path), ImageLimits.Default, Rgb.White);

    private static Picture Prepare(Picture picture, JsonElement line)
    {
        var resize = line.GetProperty("resize").GetString();
        var size = line.GetProperty("size");
        picture = resize switch
        {
            "none" => picture,
            "shortest" => picture.ResizeShortestEdge(size.GetInt32()),
            "exact" => picture.Resize(width: size[1].GetInt32(), height: size[0].GetInt32()),
            _ => throw new InvalidDataException($"Unknown resize '{resize}'."),
        };
        return line.GetProperty("crop") is { ValueKind: JsonValueKind.Number } crop ? picture.CenterCrop(crop.GetInt32(), crop.GetInt32()) : picture;
    }

    private static int Percentile(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, double share)
    {
        var errors = new int[actual.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            errors[i] = Math.Abs(actual[i] - expected[i]);
        }

        Array.Sort(errors);
        return errors[(int)Math.Ceiling(share * (errors.Length - 1))];
    }

    // In pixel values, so that all channels weigh alike.
    private static double TensorError(Picture picture, float[] expected)
    {
        var actual = new float[3 * picture.Width * picture.Height];
        picture.ToTensor(PixelNormalization.Clip, actual);
        if (actual.Length != expected.Length)
        {
            return double.PositiveInfinity;
        }

        var plane = actual.Length / 3;
        return Enumerable.Range(0, actual.Length).Max(i => Math.Abs(actual[i] - expected[i]) * PixelNormalization.Clip.Deviation[i / plane]);
    }

    private static Comparison Refused(string path)
    {
        try
        {
            Read(path);
            return new Comparison(Path.GetFileName(path), 1, 0, "was not refused");
        }
        catch (ImageFormatException e)
        {
            return new Comparison(Path.GetFileName(path), 0, 0, e.Message);
        }
    }
}
