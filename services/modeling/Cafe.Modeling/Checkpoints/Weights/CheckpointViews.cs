namespace Cafe.Modeling.Checkpoints;

/// <summary>Checkpoints seen under other names, or joined.</summary>
public static class CheckpointViews
{
    /// <summary>The checkpoint with older names brought to their present form. Disposing of the view disposes of the checkpoint.</summary>
    /// <exception cref="CheckpointException">Two tensors come to the same name.</exception>
    public static Checkpoint Rename(this Checkpoint checkpoint, IReadOnlyList<KeyRename> renames) =>
        new TensorTable(
            checkpoint.Name,
            [.. checkpoint.Tensors.Select(tensor => tensor.Rename(renames.Aggregate(tensor.Name, (name, rename) => rename.Apply(name))))],
            checkpoint);

    /// <summary>The tensors whose names fit. Disposing of the view disposes of the checkpoint.</summary>
    public static Checkpoint Where(this Checkpoint checkpoint, Func<string, bool> predicate) =>
        new TensorTable(checkpoint.Name, [.. checkpoint.Tensors.Where(tensor => predicate(tensor.Name))], checkpoint);

    /// <summary>
    /// Several files as one checkpoint, for example a UNet and the subject keys and values that belong in it. The view owns all of them.
    /// </summary>
    /// <exception cref="CheckpointException">Two of them have a tensor of the same name.</exception>
    public static Checkpoint Join(string name, params IReadOnlyList<Checkpoint> checkpoints) =>
        new TensorTable(name, [.. checkpoints.SelectMany(checkpoint => checkpoint.Tensors)], checkpoints);
}
