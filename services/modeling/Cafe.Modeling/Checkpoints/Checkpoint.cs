using System.Diagnostics.CodeAnalysis;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Named tensors, as published. Sources stay valid until the checkpoint is disposed of.</summary>
public abstract class Checkpoint : IDisposable
{
    /// <summary>What errors call it: a file's or folder's name.</summary>
    public abstract string Name { get; }

    /// <summary>All tensors, in the file's order.</summary>
    public abstract IReadOnlyList<TensorSource> Tensors { get; }

    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    public TensorSource this[string name] =>
        TryGet(name, out var tensor) ? tensor : throw new CheckpointException($"{Name} has no tensor '{name}'.");

    /// <summary>
    /// Opens a safetensors file, a pytorch_model.bin, a sharded checkpoint's index, or a folder that holds one of these (see
    /// <see cref="CheckpointFolder"/>).
    /// </summary>
    /// <exception cref="CheckpointException">There is none, or it is damaged.</exception>
    public static Checkpoint Open(string path) => Directory.Exists(path) ? CheckpointFolder.OpenWeights(path) : CheckpointFile.Open(path);

    public abstract bool TryGet(string name, [NotNullWhen(true)] out TensorSource? tensor);

    public abstract void Dispose();
}
