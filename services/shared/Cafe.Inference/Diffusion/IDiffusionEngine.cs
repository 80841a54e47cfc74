using Cafe.Inference.Language;
using Cafe.Inference.Sessions;

namespace Cafe.Inference.Diffusion;

/// <summary>What the scheduler drives. One caller at a time.</summary>
public interface IDiffusionEngine
{
    /// <summary>Rows that fit one call.</summary>
    int MaxRows { get; }

    /// <summary>Computes a request's conditions.</summary>
    /// <param name="semantic">c, [tokens, width]; null where absent.</param>
    /// <param name="subject">E(x), [tokens, width]; null where absent.</param>
    /// <exception cref="DeviceMemoryException">They don't fit the device.</exception>
    /// <exception cref="ModelOutputException">They are not finite.</exception>
    IConditions Condition(float[]? semantic, float[]? subject);

    /// <summary>Starts a picture.</summary>
    Drawing Begin(DrawingPlan plan, IConditions conditions, ulong seed);

    /// <summary>One step of pictures of one size, each at its own timestep, under its own conditions and guidance.</summary>
    /// <param name="drawings">Not done; their rows are at most <see cref="MaxRows"/>.</param>
    /// <param name="failures">For each picture null, or why it can't go on (the model gave NaN); the others went on.</param>
    /// <param name="cancellation">Stops between two operators; no picture has then made its step.</param>
    /// <exception cref="DeviceMemoryException">The batch doesn't fit the device; no picture has made its step.</exception>
    void Step(IReadOnlyList<Drawing> drawings, Span<Exception?> failures, CancellationToken cancellation = default);

    /// <summary>The finished picture as the last step saw it, in latents [channels, height, width]: what a preview shows.</summary>
    /// <exception cref="DeviceMemoryException">Bringing it to the host doesn't fit the device.</exception>
    float[] Denoised(Drawing drawing) => drawing.Denoised.ToArray();

    /// <summary>Decodes a finished picture: [3, height, width], about -1 to 1, finite.</summary>
    /// <exception cref="DeviceMemoryException">It doesn't fit the device.</exception>
    /// <exception cref="ModelOutputException">The decoder gave NaN.</exception>
    float[] Decode(Drawing drawing);
}
