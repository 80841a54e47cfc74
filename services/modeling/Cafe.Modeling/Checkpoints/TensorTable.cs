using System.Diagnostics.CodeAnalysis;

namespace Cafe.Modeling.Checkpoints;

/// <summary>A checkpoint made of a list of sources, and the files (or checkpoints) that they read from.</summary>
public sealed class TensorTable : Checkpoint
{
    private readonly Dictionary<string, TensorSource> byName = [];
    private readonly IReadOnlyList<IDisposable> owned;

    /// <param name="owned">Disposed of with the table.</param>
    /// <exception cref="CheckpointException">Two tensors have one name.</exception>
    public TensorTable(string name, IReadOnlyList<TensorSource> tensors, params IReadOnlyList<IDisposable> owned)
    {
        Name = name;
        Tensors = tensors;
        this.owned = owned;
        foreach (var tensor in tensors)
        {
            if (!byName.TryAdd(tensor.Name, tensor))
            {
                throw new CheckpointException($"{name}: two tensors are named '{tensor.Name}'.");
            }
        }
    }

    public override string Name { get; }

    public override IReadOnlyList<TensorSource> Tensors { get; }

    public override bool TryGet(string name, [NotNullWhen(true)] out TensorSource? tensor) => byName.TryGetValue(name, out tensor);

    public override void Dispose()
    {
        foreach (var item in owned)
        {
            item.Dispose();
        }
    }
}
