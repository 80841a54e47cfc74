using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>Where one picture's latents lie in its pool; given back when its request ends.</summary>
internal sealed class LatentSlot(LatentPool pool, int index) : IDisposable
{
    private bool _returned;

    public LatentPool Pool => pool;

    /// <summary>In the pool.</summary>
    /// <exception cref="ObjectDisposedException">It was given back: another picture may be there.</exception>
    public int Index => !_returned ? index : throw new ObjectDisposedException(nameof(LatentSlot));

    /// <summary>Takes over a picture from the host.</summary>
    public void Write(ReadOnlySpan<float> latents, ReadOnlySpan<float> denoised)
    {
        using var target = pool.View(Index, 0, 2 * pool.Count);
        pool.Latents.Upload([.. latents, .. denoised], target);
    }

    /// <summary>The latents, copied to the host.</summary>
    public float[] ReadLatents() => Read(0);

    /// <summary>The last step's x0, copied to the host.</summary>
    public float[] ReadDenoised() => Read(pool.Count);

    /// <summary>target = latents / divisor, without the host.</summary>
    /// <param name="target">[latents].</param>
    public void CopyLatents(OrtValue target, double divisor)
    {
        using var source = pool.View(Index, 0, pool.Count);
        pool.Latents.Copy(source, target, divisor);
    }

    public void Dispose()
    {
        if (!_returned)
        {
            _returned = true;
            pool.Return(index);
        }
    }

    private float[] Read(int start)
    {
        using var source = pool.View(Index, start, pool.Count);
        return pool.Latents.Download(source, pool.Count);
    }
}
