using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Autoencoding;

/// <summary>Pictures through the encoder, a draw of the latents, and the decoder: reconstruction error and the latents' divergence from a unit normal.</summary>
public sealed class AutoencoderTask : ITrainingTask
{
    private const int ValidationPictures = 64, ValidationBatch = 8, ScalingPictures = 256;

    // A channel that says nothing stays as it is.
    private const double LeastDeviation = 1e-6;

    private readonly AutoencoderOptions options;
    private readonly ISampleSource samples;
    private readonly ISampleSource? validation;
    private readonly SampleOrder order;
    private readonly GraphModule encoder;
    private readonly GraphModule decoder;

    public AutoencoderTask(AutoencoderKlConfig config, AutoencoderOptions options, ISampleSource samples, ISampleSource? validation)
    {
        if (options.DecoderOnly && options.Training.StartFrom is null)
        {
            throw new ArgumentException("decoder_only needs training.start_from: an encoder that is not trained must come from somewhere.");
        }

        if (options.StandardizeLatents && (options.DecoderOnly || !config.UseQuantConv || !config.UsePostQuantConv))
        {
            throw new ArgumentException("standardize_latents goes through quant_conv and post_quant_conv, and not with decoder_only: other parts were trained on the latents as they are.");
        }

        if (options.Crop % config.Downscale != 0)
        {
            throw new ArgumentException($"crop must be a multiple of the downscale {config.Downscale}; it is {options.Crop}.");
        }

        this.options = options;
        this.samples = samples;
        this.validation = validation;
        order = new SampleOrder(Range(samples.Count), options.Training.Seed);
        var (encoding, decoding) = (AutoencoderKl.BuildEncoder(config), AutoencoderKl.BuildDecoder(config));
        Parameters = new ParameterSet(Specs(encoding, decoding, options.DecoderOnly), channelsLast: options.ChannelsLast);
        ParameterInitialization.Initialize(Parameters, [encoding, decoding], options.Training.Seed, n => n.EndsWith("conv2.weight", StringComparison.Ordinal));
        var blocks = options.Recompute ? GraphBlocks.ByLayer : (Func<string, string?>?)null;
        encoder = new GraphModule(encoding, Parameters, blocks);
        decoder = new GraphModule(decoding, Parameters, blocks);
    }

    public ParameterSet Parameters { get; }

    /// <summary>The parameters of both graphs; with <paramref name="decoderOnly"/> the encoder's are frozen.</summary>
    public static IReadOnlyList<ParameterSpec> Specs(Graph encoder, Graph decoder, bool decoderOnly) =>
        ParameterSpec.Of([encoder, decoder], trainable: name => !decoderOnly || decoder.PublishedWeights.ContainsKey(name));

    public Tensor Loss(TrainingStep step)
    {
        var pictures = Pictures(step);
        var halves = encoder.Forward(("sample", pictures)).chunk(2, 1);
        var latents = halves[0] + (halves[1] * 0.5).exp() * step.Normal(halves[0].shape);
        var error = decoder.Forward(("latent_sample", latents)) - pictures;
        var (absolute, squared) = (error.abs().mean(), error.square().mean());
        var divergence = 0.5 * (halves[0].square() + halves[1].exp() - 1 - halves[1]).mean();
        step.Report("squared", squared.item<float>());
        step.Report("divergence", divergence.item<float>());
        var loss = options.AbsoluteWeight * absolute + options.SquaredWeight * squared + options.DivergenceWeight * divergence;
        return options.EdgeWeight > 0 ? loss + options.EdgeWeight * Edges(error) : loss;
    }

    /// <summary>Peak signal to noise in decibels, of means of latents, over whole pictures; the mean over pictures.</summary>
    public IReadOnlyDictionary<string, double> Validate()
    {
        if (validation is null)
        {
            return new Dictionary<string, double>();
        }

        var sum = 0.0;
        var count = (int)Math.Min(ValidationPictures, validation.Count);
        for (var start = 0; start < count; start += ValidationBatch)
        {
            using var scope = torch.NewDisposeScope();
            var pictures = validation.FloatBatch(options.Fields[0], Range(Math.Min(ValidationBatch, count - start), start)).ToUnitRange();
            var decoded = decoder.Forward(("latent_sample", encoder.Forward(("sample", pictures)).chunk(2, 1)[0])).clamp(-1, 1);
            // Over a range of 2.
            var errors = (decoded - pictures).square().mean([1, 2, 3]);
            sum += (10 * (4 / errors).log10()).sum().item<float>();
        }

        return new Dictionary<string, double> { ["psnr"] = sum / count };
    }

    /// <summary>What brings latents to unit deviation: the published meaning of scaling_factor.</summary>
    public double MeasureScalingFactor()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return 1 / Math.Sqrt(MeansOfLatents().square().mean().item<float>());
    }

    /// <summary>
    /// Brings every channel of the latents to mean 0 and deviation 1, by the two 1x1 convolutions around them: pictures are decoded as before. With one factor for all, a channel of small deviation (fine
    /// detail) drowns in a diffusion model's noise at nearly every timestep and hardly counts in its loss.
    /// </summary>
    public void StandardizeLatents()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var means = MeansOfLatents();                                                        // [N, C, h, w]
        var (mean, deviation) = (means.mean([0, 2, 3]), means.std([0, 2, 3], unbiased: false).clamp_min(LeastDeviation));
        var channels = mean.shape[0];

        // (z - mean) / deviation, whose logarithm of the variance falls by 2 log(deviation).
        Parameters["quant_conv.weight"].narrow(0, 0, channels).div_(deviation.reshape(-1, 1, 1, 1));
        var bias = Parameters["quant_conv.bias"];
        bias.narrow(0, 0, channels).sub_(mean).div_(deviation);
        bias.narrow(0, channels, channels).sub_(2 * deviation.log());

        // And back.
        var back = Parameters["post_quant_conv.weight"];                                     // [C, C, 1, 1]
        Parameters["post_quant_conv.bias"].add_(back.flatten(1).mv(mean));
        back.mul_(deviation.reshape(1, -1, 1, 1));
    }

    public void Dispose()
    {
        encoder.Dispose();
        decoder.Dispose();
        Parameters.Dispose();
    }

    // Of whole pictures, [N, C, h, w].
    private Tensor MeansOfLatents()
    {
        var parts = new List<Tensor>();
        var count = (int)Math.Min(ScalingPictures, samples.Count);
        for (var start = 0; start < count; start += ValidationBatch)
        {
            using var scope = torch.NewDisposeScope();
            var pictures = samples.FloatBatch(options.Fields[0], Range(Math.Min(ValidationBatch, count - start), start)).ToUnitRange();
            parts.Add(encoder.Forward(("sample", pictures)).chunk(2, 1)[0].MoveToOuterDisposeScope());
        }

        return torch.cat(parts, 0);
    }

    private static long[] Range(long count, long start = 0) => [.. Enumerable.Range(0, (int)count).Select(i => start + i)];

    private static Tensor Edges(Tensor error)
    {
        var (height, width) = (error.shape[2], error.shape[3]);
        var across = error.narrow(3, 1, width - 1) - error.narrow(3, 0, width - 1);
        var down = error.narrow(2, 1, height - 1) - error.narrow(2, 0, height - 1);
        return across.abs().mean() + down.abs().mean();
    }

    private Tensor Pictures(TrainingStep step)
    {
        var parts = new List<Tensor>();
        foreach (var number in order.Take(step))
        {
            var picture = samples.FloatBatch(options.Fields[step.Random.Next(options.Fields.Count)], [number]);
            if (options.Crop > 0)
            {
                var top = step.Random.NextInt64(picture.shape[2] - options.Crop + 1);
                var left = step.Random.NextInt64(picture.shape[3] - options.Crop + 1);
                picture = picture.narrow(2, top, options.Crop).narrow(3, left, options.Crop);
            }

            parts.Add(step.Random.Next(2) == 0 ? picture : picture.flip(3));
        }

        return torch.cat(parts, 0).ToUnitRange();
    }
}
