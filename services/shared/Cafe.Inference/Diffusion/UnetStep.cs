using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>Buffers and bindings of the UNet for one number of rows and one size; made once, used at every such step.</summary>
internal sealed class UnetStep : IDisposable
{
    private readonly ModelSession _unet;
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];
    private readonly OrtValue _sample;
    private readonly OrtValue _timestep;
    private readonly OrtValue _strength;

    public UnetStep(ModelSession unet, ConditionLayout layout, ConditionBuffers conditions, int rows, int channels, int coordinates, int height, int width)
    {
        _unet = unet;
        Rows = rows;
        Latents = channels * height * width;
        RowElements = (channels + coordinates) * height * width;
        Sample = new float[rows * RowElements];
        Timestep = new float[rows];
        Strength = new float[rows];
        Output = new float[rows * Latents];
        if (coordinates > 0)
        {
            for (var row = 0; row < rows; row++)
            {
                Coordinates.Write(Sample.AsSpan((row * RowElements) + Latents, coordinates * height * width), width, height);
            }
        }

        _binding = unet.CreateBinding();
        try
        {
            _sample = Keep(Tensors.Of(Sample, rows, channels + coordinates, height, width));
            _timestep = Keep(Tensors.Of(Timestep, rows));
            _strength = Keep(Tensors.Of(Strength, rows));
            _binding.BindOutput("out_sample", Keep(Tensors.Of(Output, rows, channels, height, width)));
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

    public int Rows { get; }

    /// <summary>Latents of one row.</summary>
    public int Latents { get; }

    /// <summary>Elements of one row of the sample: latents, then coordinates.</summary>
    public int RowElements { get; }

    public float[] Sample { get; }

    public float[] Timestep { get; }

    public float[] Strength { get; }

    /// <summary>[rows, channels, height, width].</summary>
    public float[] Output { get; }

    /// <summary>The latents of a row in <see cref="Sample"/>.</summary>
    public Span<float> Input(int row) => Sample.AsSpan(row * RowElements, Latents);

    /// <summary>A row's output.</summary>
    public ReadOnlySpan<float> Result(int row) => Output.AsSpan(row * Latents, Latents);

    public void Run(CancellationToken cancellation)
    {
        // On a device binding an input copies it there, so those that change are bound anew; on the host nothing is copied.
        _binding.BindInput("sample", _sample);
        _binding.BindInput("timestep", _timestep);
        _binding.BindInput("subject_strength", _strength);
        _unet.Run(_binding, cancellation);
    }

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(value => value.Dispose());
    }

    private OrtValue Keep(OrtValue value)
    {
        _values.Add(value);
        return value;
    }
}
