using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Sessions;

/// <summary>A graph that is ready to run. Safe to run from several threads at once.</summary>
public sealed class ModelSession : IDisposable
{
    private readonly InferenceSession session;

    internal ModelSession(string name, InferenceSession session)
    {
        Name = name;
        this.session = session;
        Inputs = Describe(session.InputNames, session.InputMetadata);
        Outputs = Describe(session.OutputNames, session.OutputMetadata);
    }

    public string Name { get; }

    /// <summary>In the graph's order.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>In the graph's order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The runtime's own session, for what this class does not offer.</summary>
    public InferenceSession Native => session;

    /// <exception cref="ArgumentException">There is no such input.</exception>
    public TensorInfo Input(string name) => Find(Inputs, name, "input");

    /// <exception cref="ArgumentException">There is no such output.</exception>
    public TensorInfo Output(string name) => Find(Outputs, name, "output");

    /// <summary>Runs the graph and returns all its outputs, allocated by the runtime.</summary>
    /// <param name="inputs">Every input by name; they stay the caller's.</param>
    /// <param name="cancellation">Stops between two operators.</param>
    public ModelResult Run(IReadOnlyDictionary<string, OrtValue> inputs, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            return new ModelResult(Outputs, session.Run(options, inputs, session.OutputNames));
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>A binding of inputs and outputs to buffers that are kept between runs. Dispose it before the session.</summary>
    public OrtIoBinding CreateBinding() => session.CreateIoBinding();

    /// <summary>Runs the graph over bound buffers.</summary>
    /// <param name="cancellation">Stops between two operators; the bound outputs are then undefined.</param>
    public void Run(OrtIoBinding binding, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            session.RunWithBinding(options, binding);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    public void Dispose() => session.Dispose();

    private static TensorInfo[] Describe(IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        [.. names.Select(n => new TensorInfo(n, metadata[n].ElementDataType, metadata[n].Dimensions))];

    private TensorInfo Find(IReadOnlyList<TensorInfo> tensors, string name, string kind) =>
        tensors.FirstOrDefault(t => t.Name == name)
        ?? throw new ArgumentException($"Graph '{Name}' has no {kind} '{name}'; it has {string.Join(", ", tensors.Select(t => t.Name))}.", nameof(name));
}
