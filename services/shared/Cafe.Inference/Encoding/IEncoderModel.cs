using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Inference.Encoding;

/// <summary>The encoder part of a pack, ready to run. One call at a time is what pays; calls may come from any thread.</summary>
public interface IEncoderModel : IDisposable
{
    /// <summary>Towers, shapes and preprocessing.</summary>
    EncoderSection Section { get; }

    /// <summary>Encodes pictures in one call.</summary>
    /// <param name="tower">Subject or Image.</param>
    /// <param name="pictures">1 or more, preprocessed for the tower.</param>
    /// <returns>One row per picture: [tokens, width] of the subject, [width] of the image; not checked for NaN.</returns>
    float[][] EncodePictures(EncoderTower tower, IReadOnlyList<IPixelRow> pictures);

    /// <summary>Encodes texts in one call.</summary>
    /// <param name="texts">1 or more, from <see cref="Tokenize"/>.</param>
    /// <returns>One row of [width] per text.</returns>
    /// <exception cref="NotSupportedException">The pack has no text tower.</exception>
    float[][] EncodeTexts(IReadOnlyList<ClipTokens> texts);

    /// <summary>A text as the text tower takes it, cut to its positions.</summary>
    /// <exception cref="NotSupportedException">The pack has no text tower.</exception>
    ClipTokens Tokenize(string text);
}
