using System.Numerics;

namespace Cafe.Inference.Diffusion;

internal static class Numbers
{
    /// <summary>None is NaN or infinity.</summary>
    public static bool AllFinite<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
