using System.Text.Json;
using Cafe.Diffuser.Model;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Diffuser.Serving;

/// <summary>Pictures as files: finished ones with what made them in the PNG's text, previews small and quick.</summary>
internal static class PictureFiles
{
    // Pixels of a preview for one latent: rough colours need no more.
    private const int PreviewScale = 4;
    private const int PreviewQuality = 80;

    /// <summary>A finished picture.</summary>
    public static GeneratedImage Finished(DrawingEvent.Drawn drawn, DiffusionOptions options, DiffuserPart part)
    {
        var seed = Inference.Samplers.SeededNoise.OfPicture(options.Seed, drawn.Index);
        var picture = Picture.FromTensor(drawn.Pixels, options.Width, options.Height);
        var file = options.Format == ImageFormat.Jpeg
            ? JpegEncoder.Encode(picture, options.Quality)
            : PngEncoder.Encode(picture, options.OmitMetadata ? null : Text(seed, options, part));
        return new GeneratedImage
        {
            Index = drawn.Index,
            Seed = seed,
            Data = UnsafeByteOperations.UnsafeWrap(file),
            Format = options.Format,
            Width = options.Width,
            Height = options.Height,
            FinishReason = ImageFinishReason.Completed,
            Step = options.Steps,
        };
    }

    /// <summary>An unfinished picture: a small JPEG of the colours that its latents stand for.</summary>
    public static GeneratedImage Preview(DrawingEvent.Previewed preview, DiffusionOptions options, DiffuserPart part)
    {
        var (width, height) = (options.Width / part.Section.Downscale, options.Height / part.Section.Downscale);
        var scale = Math.Min(PreviewScale, part.Section.Downscale);
        var picture = Picture.FromTensor(part.Preview.Colours(preview.Latents), width, height).Resize(width * scale, height * scale);
        return new GeneratedImage
        {
            Index = preview.Index,
            Seed = Inference.Samplers.SeededNoise.OfPicture(options.Seed, preview.Index),
            Data = UnsafeByteOperations.UnsafeWrap(JpegEncoder.Encode(picture, PreviewQuality)),
            Format = ImageFormat.Jpeg,
            Width = picture.Width,
            Height = picture.Height,
            Step = preview.Step,
        };
    }

    private static Dictionary<string, string> Text(ulong seed, DiffusionOptions options, DiffuserPart part)
    {
        var own = options.Clone();
        own.Seed = seed;
        own.ClearCount();
        var formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
        using var settings = JsonDocument.Parse(formatter.Format(own));
        using var provenance = JsonDocument.Parse(formatter.Format(part.Provenance));
        return new Dictionary<string, string>
        {
            ["Software"] = "Cafe",
            ["cafe"] = JsonSerializer.Serialize(new { options = settings.RootElement, provenance = provenance.RootElement }),
        };
    }
}
