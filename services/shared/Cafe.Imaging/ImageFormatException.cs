namespace Cafe.Imaging;

/// <summary>Bytes that are no picture Cafe reads, with the reason. The message is fit for the caller.</summary>
public sealed class ImageFormatException : Exception
{
    /// <param name="reason">What kind of refusal this is.</param>
    /// <param name="message">The value and the limit, or what contradicts the format.</param>
    public ImageFormatException(ImageRefusal reason, string message)
        : base(message) => Reason = reason;

    /// <param name="reason">What kind of refusal this is.</param>
    /// <param name="message">The value and the limit, or what contradicts the format.</param>
    /// <param name="inner">The failure underneath.</param>
    public ImageFormatException(ImageRefusal reason, string message, Exception inner)
        : base(message, inner) => Reason = reason;

    /// <summary>What kind of refusal this is.</summary>
    public ImageRefusal Reason { get; }
}
