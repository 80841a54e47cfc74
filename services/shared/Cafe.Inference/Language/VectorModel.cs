using Cafe.Inference.Sessions;

namespace Cafe.Inference.Language;

/// <summary>A graph of one float32 input and one output, such as V and H.</summary>
public sealed class VectorModel : IDisposable
{
    private readonly ModelSession _session;
    private readonly string _input;
    private readonly string _output;

    /// <summary>Takes a session over; it is disposed with this.</summary>
    public VectorModel(ModelSession session, string input, string output)
    {
        (_session, _input, _output) = (session, input, output);
        InputWidth = session.Input(input).Shape[^1];
        OutputWidth = session.Output(output).Shape[^1];
    }

    /// <summary>Last dimension of the input.</summary>
    public int InputWidth { get; }

    /// <summary>Last dimension of the output.</summary>
    public int OutputWidth { get; }

    /// <summary>Runs it.</summary>
    /// <param name="data">The input, row-major.</param>
    /// <param name="shape">The input's shape.</param>
    /// <returns>The output, row-major.</returns>
    /// <exception cref="ModelOutputException">A number of the output is not finite.</exception>
    public float[] Run(Memory<float> data, params long[] shape)
    {
        using var input = Tensors.Of(data, shape);
        using var result = _session.Run(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> { [_input] = input });
        var output = result.Span<float>(_output).ToArray();
        return Array.TrueForAll(output, float.IsFinite)
            ? output
            : throw new ModelOutputException($"Graph '{_session.Name}' answered with a number that is not finite.");
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
