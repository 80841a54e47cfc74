using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>Buffers and bindings of the UNet for one number of rows and one size; made once, used at every such step.</summary>
internal sealed class UnetStep : IDisposable
{
    private readonly ModelSession _unet;
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];
    private readonly OrtValue _timestep;
    private readonly OrtValue _strength;

    /// <param name="unet">Stays the caller's.</param>
    /// <param name="layout">Of the conditions.</param>
    /// <param name="conditions">Stay the caller's.</param>
    /// <param name="rows">Of the call.</param>
    /// <param name="latents">Of so many rows; goes with this.</param>
    public UnetStep(ModelSession unet, ConditionLayout layout, ConditionBuffers conditions, int rows, IStepLatents latents)
    {
        _unet = unet;
        Latents = latents;
        Timestep = new float[rows];
        Strength = new float[rows];
        _binding = unet.CreateBinding();
        try
        {
            _timestep = Keep(Tensors.Of(Timestep, rows));
            _strength = Keep(Tensors.Of(Strength, rows));
            _binding.BindOutput("out_sample", latents.Output);
            for (var i = 0; i < layout.Tensors.Count; i++)
            {
                _binding.BindInput(layout.Tensors[i].Name, Keep(conditions.View(i, 0, rows)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IStepLatents Latents { get; }

    public float[] Timestep { get; }

    public float[] Strength { get; }

    public void Run(CancellationToken cancellation)
    {
        // On a device binding an input of the host copies it there, so those that change are bound anew; on the host nothing is copied.
        _binding.BindInput("sample", Latents.Sample);
        _binding.BindInput("timestep", _timestep);
        _binding.BindInput("subject_strength", _strength);
        _unet.Run(_binding, cancellation);
    }

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(value => value.Dispose());
        Latents.Dispose();
    }

    private OrtValue Keep(OrtValue value)
    {
        _values.Add(value);
        return value;
    }
}
