using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Diffusion;

/// <summary>The latents of all pictures on their way, where the graphs run: a pool for each size that pictures are drawn in.</summary>
/// <param name="memory">Stays the caller's.</param>
/// <param name="sessions">Stay the caller's.</param>
/// <param name="channels">Of the latents.</param>
internal sealed class LatentMemory(DeviceMemory memory, LatentSessions sessions, int channels) : IDisposable
{
    private readonly Dictionary<(int Height, int Width), LatentPool> _pools = [];

    /// <summary>Bytes of latents copied from or to the host since the start.</summary>
    public long BytesCopied { get; private set; }

    /// <summary>A slot for a picture of a size, in cells; what it holds is undefined.</summary>
    /// <exception cref="DeviceMemoryException">There is no memory left; slots taken before are unharmed.</exception>
    public LatentSlot Take(int height, int width)
    {
        if (!_pools.TryGetValue((height, width), out var pool))
        {
            pool = new LatentPool(this, memory, channels, height, width);
            _pools.Add((height, width), pool);
        }

        return pool.Take();
    }

    /// <summary>Copies latents here; the array has to live until it returns.</summary>
    public void Upload(float[] latents, OrtValue target)
    {
        using var source = Tensors.Of(latents, latents.Length);
        Copy(source, target, 1);
        BytesCopied += sizeof(float) * (long)latents.Length;
    }

    /// <summary>Copies latents to the host.</summary>
    public float[] Download(OrtValue source, int count)
    {
        var latents = new float[count];
        using var target = Tensors.Of(latents, count);
        Copy(source, target, 1);
        BytesCopied += sizeof(float) * (long)count;
        return latents;
    }

    /// <summary>target = source / divisor, both [n], each on the host or where the graphs run.</summary>
    public void Copy(OrtValue source, OrtValue target, double divisor)
    {
        using var binding = sessions.Copy.CreateBinding();
        using var by = Tensors.Of([divisor]);
        binding.BindInput("source", source);
        binding.BindInput("divisor", by);
        binding.BindOutput("target", target);
        DeviceMemoryException.Guard(() => sessions.Copy.Run(binding), "a copy of latents");
    }

    /// <summary>Gives back a pool that no picture is in.</summary>
    public void Drop(LatentPool pool)
    {
        _pools.Remove((pool.Height, pool.Width));
        pool.Dispose();
    }

    public void Dispose()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }

        _pools.Clear();
    }
}
