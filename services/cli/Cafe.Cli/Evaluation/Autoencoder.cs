using Cafe.Imaging;
using Cafe.Imaging.Tensors;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Cli.Evaluation;

/// <summary>A pack's autoencoder alone, both ways.</summary>
internal sealed class Autoencoder : IDisposable
{
    private readonly ModelSession _encoder;
    private readonly ModelSession _decoder;
    private readonly int _channels;
    private readonly int _downscale;

    private Autoencoder(ModelSession encoder, ModelSession decoder, int channels, int downscale) =>
        (_encoder, _decoder, _channels, _downscale) = (encoder, decoder, channels, downscale);

    /// <exception cref="CliException">The pack has no encoder of pictures into latents.</exception>
    public static Autoencoder Load(string folder, SessionFactory sessions)
    {
        var pack = Packs.Manifest.PackFolder.Open(folder);
        var section = pack.Manifest.Diffuser;
        var encoder = section.VaeEncoder ?? throw new CliException($"The pack {pack.Manifest.Name} has no vae_encoder, so nothing can be passed through its autoencoder.");
        return new Autoencoder(sessions.Open(pack.PathOf(encoder)), sessions.Open(pack.PathOf(section.VaeDecoder)), section.LatentChannels, section.Downscale);
    }

    /// <summary>A picture to the mean of its latents and back.</summary>
    /// <exception cref="CliException">Its sides are no multiples of the autoencoder's step.</exception>
    public Picture RoundTrip(Picture picture, CancellationToken cancellation)
    {
        if (picture.Width % _downscale != 0 || picture.Height % _downscale != 0)
        {
            throw new CliException($"A picture of {picture.Width}x{picture.Height} can't be encoded: sides must be multiples of {_downscale}.");
        }

        var pixels = new float[3 * picture.Width * picture.Height];
        picture.ToTensor(PixelNormalization.Diffuser, pixels);
        using var sample = Tensors.Of(pixels, 1, 3, picture.Height, picture.Width);
        using var encoded = _encoder.Run(new Dictionary<string, OrtValue> { ["sample"] = sample }, cancellation);
        var (height, width) = (picture.Height / _downscale, picture.Width / _downscale);
        var mean = encoded.Span<float>("latent_parameters")[..(_channels * height * width)].ToArray(); // [1, 2C, h, w]: means first
        using var latents = Tensors.Of(mean, 1, _channels, height, width);
        using var decoded = _decoder.Run(new Dictionary<string, OrtValue> { ["latent_sample"] = latents }, cancellation);
        return Picture.FromTensor(decoded.Span<float>("sample"), picture.Width, picture.Height);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }
}
