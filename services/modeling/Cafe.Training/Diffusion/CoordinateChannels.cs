using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Diffusion;

/// <summary>Two constant channels beside the latents: x, then y, each running linearly from -1 to 1 over the cell centres.</summary>
public static class CoordinateChannels
{
    /// <param name="latents">[B, C, h, w].</param>
    /// <returns>[B, C + 2, h, w].</returns>
    public static Tensor Append(Tensor latents)
    {
        var (b, h, w) = (latents.shape[0], latents.shape[2], latents.shape[3]);
        var x = torch.linspace(-1, 1, w, device: latents.device).reshape(1, 1, 1, w).expand(b, 1, h, w);
        var y = torch.linspace(-1, 1, h, device: latents.device).reshape(1, 1, h, 1).expand(b, 1, h, w);
        return torch.cat([latents, x, y], 1);
    }
}
