using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>The device that a process trains on: libtorch's default, so that whatever makes a tensor makes it there. Stores and checkpoints are read on the host.</summary>
public static class TrainingDevice
{
    /// <param name="name">cpu, cuda, or cuda: and a GPU's number from 0.</param>
    /// <exception cref="ArgumentException">There is no such device, or this libtorch can't use it.</exception>
    public static void Use(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var parts = name.Split(':');
        var index = 0;
        if (parts.Length > 2 || parts[0] is not ("cpu" or "cuda") || (parts.Length == 2 && (parts[0] == "cpu" || !int.TryParse(parts[1], out index) || index < 0)))
        {
            throw new ArgumentException($"'{name}' is no device; devices are cpu, cuda, cuda:1 and so on.");
        }

        if (parts[0] == "cuda" && (!torch.cuda.is_available() || index >= torch.cuda.device_count()))
        {
            throw new ArgumentException($"There is no device '{name}': libtorch sees {(torch.cuda.is_available() ? torch.cuda.device_count() : 0)} GPUs. It needs a driver, and a build with -p:LibtorchPackage=libtorch-cuda-12.8-linux-x64.");
        }

        if (parts[0] == "cuda")
        {
            // Products of matrices by the tensor cores, inputs rounded to 10 bits of mantissa, as cuDNN does for convolutions by default.
            torch.backends.cuda.matmul.allow_tf32 = true;
        }

        torch.set_default_device(parts[0] == "cpu" ? torch.CPU : new Device(DeviceType.CUDA, index));
    }
}
