using Cafe.Imaging;

namespace Cafe.Training.Data.Compositing;

/// <summary>A drawn sample.</summary>
/// <param name="Reference">The subject alone, canonical, [side, side].</param>
/// <param name="Target">The subject in the scene, [side, side].</param>
/// <param name="Mask">How much of each pixel of the target shows the subject, [side, side], 0 to 255.</param>
/// <param name="Worn">Which pixels of the target show an accessory, [side, side], 0 or 255.</param>
/// <param name="TargetToReference">The reference's point for each of the target's, where the mask is set.</param>
public sealed record Composite(Picture Reference, Picture Target, byte[] Mask, byte[] Worn, AffineMap TargetToReference);
