using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Diffusion;

/// <summary>Latents that stay where the graphs run: guidance and sampler are graphs, too. A few numbers for each row go there, and a flag for each picture comes back.</summary>
internal sealed class DeviceStepLatents : IStepLatents
{
    private readonly LatentSessions _sessions;
    private readonly List<IDisposable> _owned = [];
    private readonly OrtIoBinding _input;
    private readonly OrtIoBinding _step;

    public DeviceStepLatents(LatentSessions sessions, DeviceMemory memory, int rows, int channels, int coordinates, int height, int width)
    {
        _sessions = sessions;
        try
        {
            OrtValue Allocate(int rowChannels)
            {
                var block = Own(memory.Allocate(sizeof(float) * (long)rows * rowChannels * height * width));
                return Own(memory.View(block, 0, TensorElementType.Float, [rows, rowChannels, height, width]));
            }

            Sample = Allocate(channels + coordinates);
            Output = Allocate(channels);
            _input = Own(sessions.Input.CreateBinding());
            _input.BindOutput("sample", Sample);
            _step = Own(sessions.Step.CreateBinding());
            _step.BindInput("out_sample", Output);
            if (coordinates > 0)
            {
                var constant = new float[rows * coordinates * height * width];
                for (var row = 0; row < rows; row++)
                {
                    Coordinates.Write(constant.AsSpan(row * constant.Length / rows, constant.Length / rows), width, height);
                }

                _input.BindInput("coordinates", Own(Tensors.Of(constant, rows, coordinates, height, width)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public OrtValue Sample { get; }

    public OrtValue Output { get; }

    public long BytesOfCall => 0;

    public void WriteInput(StepRows rows)
    {
        var slots = new long[rows.Count];
        var scales = new double[rows.Count];
        for (var r = 0; r < rows.Count; r++)
        {
            var drawing = rows.Drawings[rows[r].Drawing];
            slots[rows.Places[r]] = drawing.Slot!.Index;
            scales[rows.Places[r]] = drawing.Plan.Sampler.Steps[drawing.Step].InputScale;
        }

        using var slotsValue = Tensors.Of(slots, rows.Count);
        using var scalesValue = Tensors.Of(scales, rows.Count, 1, 1, 1);
        _input.BindInput("state", rows.Drawings[0].Slot!.Pool.State);
        _input.BindInput("slots", slotsValue);
        _input.BindInput("input_scale", scalesValue);
        DeviceMemoryException.Guard(() => _sessions.Input.Run(_input), $"the input of {rows.Count} rows");
    }

    public void Advance(StepRows rows, Span<bool> finite)
    {
        var count = rows.Drawings.Count;
        var slots = new long[count];
        var coefficients = new double[LatentSessions.Coefficients * count];
        for (var i = 0; i < count; i++)
        {
            slots[i] = rows.Drawings[i].Slot!.Index;
            var (step, clamp) = (rows.Drawings[i].Plan.Sampler.Steps[rows.Drawings[i].Step], rows.Drawings[i].Plan.Sampler.Clamp);
            Span<double> own = [step.DenoisedLatents, step.DenoisedOutput, clamp, step.NextLatents, step.NextOutput, step.NextDenoised, step.NextPrevious];
            for (var k = 0; k < own.Length; k++)
            {
                coefficients[(k * count) + i] = own[k];
            }
        }

        var (termRows, termWeights) = Branches(rows);
        var flags = new bool[count];
        var state = rows.Drawings[0].Slot!.Pool.State;
        using var slotsValue = Tensors.Of(slots, count);
        using var rowsValue = Tensors.Of(termRows, LatentSessions.Terms, count);
        using var weightsValue = Tensors.Of(termWeights, LatentSessions.Terms, count, 1, 1, 1);
        using var coefficientsValue = Tensors.Of(coefficients, LatentSessions.Coefficients, count, 1, 1, 1);
        using var flagsValue = Tensors.Of(flags, count, 1, 1, 1);
        _step.BindInput("state", state);
        _step.BindInput("slots", slotsValue);
        _step.BindInput("term_rows", rowsValue);
        _step.BindInput("term_weights", weightsValue);
        _step.BindInput("coefficients", coefficientsValue);
        _step.BindOutput("next_state", state); // in place: the last node alone writes it, and every other has read by then
        _step.BindOutput("finite", flagsValue);

        // Not cancelled, for it takes microseconds, and would leave open which pictures were advanced.
        DeviceMemoryException.Guard(() => _sessions.Step.Run(_step), $"the step of {count} pictures");
        for (var i = 0; i < count; i++)
        {
            finite[i] = flags[i];
            if (flags[i])
            {
                rows.Drawings[i].Advanced();
            }
        }
    }

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }

    // [terms, pictures]; in the order of the branches, as they are summed on the host.
    private static (long[] Rows, double[] Weights) Branches(StepRows rows)
    {
        var count = rows.Drawings.Count;
        var termRows = new long[LatentSessions.Terms * count];
        var weights = new double[termRows.Length];
        var terms = new int[count];
        for (var r = 0; r < rows.Count; r++)
        {
            var (i, term) = rows[r];
            var at = (terms[i]++ * count) + i;
            (termRows[at], weights[at]) = (rows.Places[r], term.Weight);
        }

        for (var i = 0; i < count; i++)
        {
            for (var term = terms[i]; term < LatentSessions.Terms; term++)
            {
                termRows[(term * count) + i] = termRows[i];
            }
        }

        return (termRows, weights);
    }

    private T Own<T>(T value)
        where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }
}
