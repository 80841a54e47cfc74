using Cafe.Encoder.Scheduling;
using Cafe.Encoder.Telemetry;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace Cafe.Encoder.Pictures;

/// <summary>Decodes and prepares pictures, so many at once, so many waiting; bad pictures become errors that name the field.</summary>
public sealed class PictureDecoding(IOptions<EncoderSettings> settings, EncodeScheduler scheduler, EncoderMetrics metrics) : IDisposable
{
    private const string Field = "image.data";

    // Resizing the shorter side makes the longer one grow with the aspect: a line of 8192 by 1 would become gigabytes.
    private const int MaxAspect = 32;
    private readonly ImageLimits _limits = settings.Value.Limits;
    private readonly int _capacity = settings.Value.QueueCapacity;
    private readonly SemaphoreSlim _decoders = new(settings.Value.DecoderCount);
    private int _admitted;

    /// <summary>Looks at a picture's header alone: cheap, so that hopeless pictures never wait.</summary>
    /// <exception cref="InvalidRequestException">No picture, past a limit, or too narrow.</exception>
    public void Check(ReadOnlyMemory<byte> bytes)
    {
        var header = Guard(() => PictureHeader.Read(bytes.Span, _limits));
        var (longer, shorter) = (Math.Max(header.Width, header.Height), Math.Min(header.Width, header.Height));
        if (longer > (long)shorter * MaxAspect)
        {
            throw new InvalidRequestException(Field, $"the picture is {header.Width} by {header.Height}; the longer side may be at most {MaxAspect} times the shorter");
        }
    }

    /// <summary>Decodes a picture once and prepares it for several towers.</summary>
    /// <exception cref="InvalidRequestException">Truncated, corrupt or unsupported.</exception>
    /// <exception cref="OverloadedException">As many pictures are decoded or wait for it as may wait for the model.</exception>
    internal async Task<PreparedPicture[]> Prepare(ReadOnlyMemory<byte> bytes, IReadOnlyList<ImagePreprocess> towers, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _admitted) > _capacity)
            {
                metrics.Rejected("Decoding");
                throw new OverloadedException($"{_capacity} pictures wait, the most allowed.", scheduler.RetryDelay);
            }

            await _decoders.WaitAsync(cancellation);
            try
            {
                return await Task.Run(
                    () =>
                    {
                        var picture = Guard(() => PictureDecoder.DecodeWithAlpha(bytes, _limits));
                        return towers.Select(tower => PicturePreprocessor.Prepare(picture, tower)).ToArray();
                    },
                    cancellation);
            }
            finally
            {
                _decoders.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _admitted);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _decoders.Dispose();

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ImageFormatException e)
        {
            throw new InvalidRequestException(Field, e.Message, e);
        }
    }
}
