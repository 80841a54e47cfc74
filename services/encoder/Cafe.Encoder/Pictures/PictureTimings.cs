namespace Cafe.Encoder.Pictures;

/// <summary>Where the time of one call went; the longest of its embeddings counts, they run side by side.</summary>
internal sealed class PictureTimings
{
    private readonly Lock _lock = new();

    public double QueueSeconds { get; private set; }

    public double DecodeSeconds { get; private set; }

    public double EncodeSeconds { get; private set; }

    public void Decoded(double seconds)
    {
        lock (_lock)
        {
            DecodeSeconds = Math.Max(DecodeSeconds, seconds);
        }
    }

    public void Encoded(double queued, double seconds)
    {
        lock (_lock)
        {
            QueueSeconds = Math.Max(QueueSeconds, queued);
            EncodeSeconds = Math.Max(EncodeSeconds, seconds);
        }
    }
}
