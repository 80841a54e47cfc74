using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>What the UNet is given and gives, for one number of rows and one size, and how its pictures are advanced.</summary>
internal interface IStepLatents : IDisposable
{
    /// <summary>[rows, channels + coordinates, height, width].</summary>
    OrtValue Sample { get; }

    /// <summary>[rows, channels, height, width].</summary>
    OrtValue Output { get; }

    /// <summary>Bytes of latents that cross between the host and the UNet in each call.</summary>
    long BytesOfCall { get; }

    /// <summary>Fills <see cref="Sample"/> for the next step of the pictures.</summary>
    void WriteInput(StepRows rows);

    /// <summary>Guides <see cref="Output"/>; pictures with a finite result make their step, the others stay as they were.</summary>
    /// <param name="rows">Those of <see cref="WriteInput"/>.</param>
    /// <param name="finite">Receives, for each picture, whether it did.</param>
    /// <exception cref="Sessions.DeviceMemoryException">There is no memory left; no picture made its step.</exception>
    void Advance(StepRows rows, Span<bool> finite);
}
