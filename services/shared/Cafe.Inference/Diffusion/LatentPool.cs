using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Diffusion;

/// <summary>
/// Slots for pictures of one size in one block, [slots, 2 x channels, height, width]: a picture's latents, then its last x0. A picture keeps its slot from its first
/// step until its request ends, so that whoever joins or leaves a call, nothing moves. Exists while it has pictures.
/// </summary>
internal sealed class LatentPool(LatentMemory latents, DeviceMemory memory, int channels, int height, int width) : IDisposable
{
    private const int FirstSlots = 8;
    private readonly Stack<int> _free = [];
    private DeviceBlock? _block;
    private OrtValue? _state;
    private int _slots;

    public int Height => height;

    public int Width => width;

    /// <summary>Numbers of a picture's latents; a slot holds twice as many.</summary>
    public int Count => channels * height * width;

    /// <summary>All slots; another value after a slot was taken.</summary>
    public OrtValue State => _state ?? throw new ObjectDisposedException(nameof(LatentPool));

    public LatentMemory Latents => latents;

    public LatentSlot Take()
    {
        if (_free.Count == 0)
        {
            Grow();
        }

        return new LatentSlot(this, _free.Pop());
    }

    public void Return(int slot)
    {
        _free.Push(slot);
        if (_free.Count == _slots)
        {
            latents.Drop(this);
        }
    }

    /// <summary>Consecutive numbers of a slot, [count].</summary>
    public OrtValue View(int slot, int start, int count) => View(_block!, (2L * Count * slot) + start, count);

    public void Dispose()
    {
        _state?.Dispose();
        _state = null;
        _block?.Dispose();
        _block = null;
    }

    private void Grow()
    {
        var slots = Math.Max(FirstSlots, 2 * _slots);
        var block = memory.Allocate(sizeof(float) * 2L * Count * slots);
        try
        {
            if (_block is not null)
            {
                using var source = View(_block, 0, 2L * Count * _slots);
                using var target = View(block, 0, 2L * Count * _slots);
                latents.Copy(source, target, 1);
            }
        }
        catch
        {
            block.Dispose();
            throw;
        }

        Dispose();
        _block = block;
        _state = memory.View(block, 0, TensorElementType.Float, [slots, 2 * channels, height, width]);
        for (var slot = slots - 1; slot >= _slots; slot--)
        {
            _free.Push(slot);
        }

        _slots = slots;
    }

    private OrtValue View(DeviceBlock block, long start, long count) => memory.View(block, sizeof(float) * start, TensorElementType.Float, [count]);
}
