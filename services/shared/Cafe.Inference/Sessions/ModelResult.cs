using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Sessions;

/// <summary>The outputs of one run. Spans are valid until it is disposed.</summary>
public sealed class ModelResult : IDisposable
{
    private readonly IReadOnlyList<TensorInfo> outputs;
    private readonly IDisposableReadOnlyCollection<OrtValue> values;

    internal ModelResult(IReadOnlyList<TensorInfo> outputs, IDisposableReadOnlyCollection<OrtValue> values)
    {
        this.outputs = outputs;
        this.values = values;
    }

    /// <summary>An output by name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such output.</exception>
    public OrtValue this[string name]
    {
        get
        {
            for (var i = 0; i < outputs.Count; i++)
            {
                if (outputs[i].Name == name)
                {
                    return values[i];
                }
            }

            throw new KeyNotFoundException($"No output '{name}'; there are {string.Join(", ", outputs.Select(o => o.Name))}.");
        }
    }

    /// <summary>An output's elements, row-major.</summary>
    public ReadOnlySpan<T> Span<T>(string name)
        where T : unmanaged => this[name].GetTensorDataAsSpan<T>();

    public long[] Shape(string name) => this[name].GetTensorTypeAndShape().Shape;

    public void Dispose() => values.Dispose();
}
