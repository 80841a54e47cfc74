namespace Cafe.Encoder.Model;

/// <summary>Where the encoder part comes from; a seam, so that the service runs in tests without a pack.</summary>
public interface IEncoderPartSource
{
    /// <summary>Loads it; may take minutes for a large pack.</summary>
    EncoderPart Load();
}
