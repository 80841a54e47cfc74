using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>A piece of memory where the graphs run.</summary>
internal sealed unsafe class DeviceBlock(nint address, OrtMemoryAllocation? allocation, long bytes) : IDisposable
{
    private nint _address = address;

    public long Bytes => bytes;

    public nint Address => _address != 0 ? _address : throw new ObjectDisposedException(nameof(DeviceBlock));

    public void Dispose()
    {
        if (_address == 0)
        {
            return;
        }

        if (allocation is null)
        {
            NativeMemory.AlignedFree((void*)_address);
        }
        else
        {
            allocation.Dispose();
        }

        _address = 0;
    }
}
