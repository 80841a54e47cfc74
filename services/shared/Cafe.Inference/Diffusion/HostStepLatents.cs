using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Diffusion;

/// <summary>Latents of the host's memory: guidance and sampler run here, in double precision.</summary>
internal sealed class HostStepLatents : IStepLatents
{
    private readonly int _latents;
    private readonly int _rowElements;
    private readonly float[] _sample;
    private readonly float[] _output;

    public HostStepLatents(int rows, int channels, int coordinates, int height, int width)
    {
        _latents = channels * height * width;
        _rowElements = (channels + coordinates) * height * width;
        _sample = new float[rows * _rowElements];
        _output = new float[rows * _latents];
        for (var row = 0; row < rows && coordinates > 0; row++)
        {
            Coordinates.Write(_sample.AsSpan((row * _rowElements) + _latents, coordinates * height * width), width, height);
        }

        Sample = Tensors.Of(_sample, rows, channels + coordinates, height, width);
        Output = Tensors.Of(_output, rows, channels, height, width);
    }

    public OrtValue Sample { get; }

    public OrtValue Output { get; }

    public long BytesOfCall => sizeof(float) * 2L * _output.Length;

    public void WriteInput(StepRows rows)
    {
        for (var r = 0; r < rows.Count; r++)
        {
            rows.Drawings[rows[r].Drawing].WriteInput(_sample.AsSpan(rows.Places[r] * _rowElements, _latents));
        }
    }

    public void Advance(StepRows rows, Span<bool> finite)
    {
        var guided = new float[_latents];
        var sum = new double[_latents];
        for (var i = 0; i < rows.Drawings.Count; i++)
        {
            Array.Clear(sum);
            for (var r = 0; r < rows.Count; r++)
            {
                if (rows[r].Drawing == i)
                {
                    var output = _output.AsSpan(rows.Places[r] * _latents, _latents);
                    var weight = rows[r].Term.Weight;
                    for (var k = 0; k < sum.Length; k++)
                    {
                        sum[k] += weight * output[k];
                    }
                }
            }

            for (var k = 0; k < guided.Length; k++)
            {
                guided[k] = (float)sum[k];
            }

            finite[i] = Numbers.AllFinite<float>(guided);
            if (finite[i])
            {
                rows.Drawings[i].Advance(guided);
            }
        }
    }

    public void Dispose()
    {
        Sample.Dispose();
        Output.Dispose();
    }
}
