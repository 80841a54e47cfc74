using Cafe.Modeling.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>
/// The parameters of one or several graphs, by published name. All trainable ones are views into one flat tensor, and so are their gradients: the optimiser,
/// the norm of the gradient, the moving average and checkpoints are a handful of calls over it, whatever the number of layers.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters = [];
    private readonly List<Tensor> gradients = [];
    private readonly bool channelsLast;

    /// <param name="specs">Names must differ.</param>
    /// <param name="device">Where the tensors live; by default the one that is trained on.</param>
    /// <param name="channelsLast">Keeps the weights of convolutions with the channels innermost, as the module's pictures then are.</param>
    public ParameterSet(IEnumerable<ParameterSpec> specs, Device? device = null, bool channelsLast = false)
    {
        using var outside = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        this.channelsLast = channelsLast;
        Device = device ?? torch.get_default_device();
        Specs = [.. specs];

        // Weight decay is for matrices and kernels: they come first, so that it is one range.
        ParameterSpec[] trained = [.. Specs.Where(s => s.Trainable).OrderBy(s => s.Shape.Count < 2)];
        TrainableCount = trained.Sum(s => s.Count);
        DecayedCount = trained.Where(s => s.Shape.Count >= 2).Sum(s => s.Count);
        Values = outside.Detach(torch.zeros(TrainableCount, ScalarType.Float32, Device));
        Gradients = outside.Detach(torch.zeros(TrainableCount, ScalarType.Float32, Device));
        var offset = 0L;
        foreach (var spec in trained)
        {
            var parameter = new Parameter(View(Values, spec, offset), requires_grad: true);
            parameter.grad = View(Gradients, spec, offset);
            parameters.Add(spec.Name, outside.Detach(parameter));
            offset += spec.Count;
        }

        foreach (var spec in Specs.Where(s => !s.Trainable))
        {
            var storage = torch.zeros(spec.Count, ScalarType.Float32, Device);
            parameters.Add(spec.Name, outside.Detach(new Parameter(View(storage, spec, 0), requires_grad: false)));
        }
    }

    public IReadOnlyList<ParameterSpec> Specs { get; }

    public Device Device { get; }

    public bool ChannelsLast => channelsLast;

    /// <summary>Every trainable element: first <see cref="DecayedCount"/> elements of tensors with two dimensions or more, then the others.</summary>
    public Tensor Values { get; }

    /// <summary>In the order of <see cref="Values"/>; backward passes add to it.</summary>
    public Tensor Gradients { get; }

    public long TrainableCount { get; }

    public long DecayedCount { get; }

    public long Count => Specs.Sum(s => s.Count);

    public Parameter this[string name] => parameters.TryGetValue(name, out var parameter)
        ? parameter
        : throw new KeyNotFoundException($"No parameter '{name}'.");

    /// <summary>Sets every parameter from a checkpoint. What the checkpoint has beyond them is not looked at.</summary>
    /// <param name="optional">Parameters that stay as they are where the checkpoint lacks them; null for none.</param>
    /// <exception cref="CheckpointException">Lists what is missing and what has another shape.</exception>
    public void Load(Func<string, TensorSource?> find, Func<string, bool>? optional = null)
    {
        ArgumentNullException.ThrowIfNull(find);
        using var noGrad = torch.no_grad();
        var problems = new List<string>();
        foreach (var spec in Specs)
        {
            var source = find(spec.Name);
            if (source is null && optional?.Invoke(spec.Name) == true)
            {
                continue;
            }

            if (source is null)
            {
                problems.Add($"missing: {spec.Name} [{string.Join(", ", spec.Shape)}]");
            }
            else if (!source.Shape.SequenceEqual(spec.Shape))
            {
                problems.Add($"shape: {spec.Name} is [{string.Join(", ", source.Shape)}], wanted [{string.Join(", ", spec.Shape)}]");
            }
            else
            {
                using var tensor = source.ToTensor();
                parameters[spec.Name].copy_(tensor);
            }
        }

        if (problems.Count > 0)
        {
            throw new CheckpointException($"The checkpoint does not fit:\n  {string.Join("\n  ", problems)}");
        }
    }

    /// <summary>Copies of the parameters in the order of <see cref="Specs"/>, in fp32, as the checkpoint of a model that was trained from nothing is written.</summary>
    public IEnumerable<TensorSource> Export() => Specs.Select(Source);

    /// <summary>
    /// The checkpoint that the parameters were loaded from, with their values in its tensors' place: in its order and its types, what no graph reads (a mask token, a pooler, position ids) as it is there.
    /// </summary>
    /// <param name="published">Open until the result is written.</param>
    /// <exception cref="CheckpointException">A parameter is not among its tensors, or has another shape there.</exception>
    public IEnumerable<TensorSource> ExportInto(Checkpoint published)
    {
        ArgumentNullException.ThrowIfNull(published);
        foreach (var spec in Specs)
        {
            if (!published[spec.Name].Shape.SequenceEqual(spec.Shape))
            {
                throw new CheckpointException($"{published.Name}: {published[spec.Name]} should have the shape [{string.Join(", ", spec.Shape)}] of the parameter.");
            }
        }

        var specs = Specs.ToDictionary(spec => spec.Name);
        return published.Tensors.Select(tensor => specs.TryGetValue(tensor.Name, out var spec) ? Source(spec).Cast(tensor.Type) : tensor);
    }

    public void ZeroGradients() => Gradients.zero_();

    public void Dispose()
    {
        foreach (var parameter in parameters.Values)
        {
            parameter.Dispose();
        }

        foreach (var gradient in gradients)
        {
            gradient.Dispose();
        }

        Values.Dispose();
        Gradients.Dispose();
    }

    private TensorSource Source(ParameterSpec spec) => parameters[spec.Name].ToSource(spec.Name);

    private Tensor View(Tensor flat, ParameterSpec spec, long offset)
    {
        using var part = flat.narrow(0, offset, spec.Count);
        if (!channelsLast || spec.Shape.Count != 4)
        {
            return part.view([.. spec.Shape]);
        }

        using var inner = part.view(spec.Shape[0], spec.Shape[2], spec.Shape[3], spec.Shape[1]);
        return inner.permute(0, 3, 1, 2);
    }
}
