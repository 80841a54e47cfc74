namespace Cafe.Modeling.Checkpoints;

/// <summary>Opens one file by what it is: an index of shards, a PyTorch archive, or safetensors.</summary>
internal static class CheckpointFile
{
    private static readonly string[] PyTorchExtensions = [".bin", ".pt", ".pth", ".ckpt"];

    /// <exception cref="CheckpointException">It can't be read.</exception>
    public static Checkpoint Open(string path) => Path.GetExtension(path) switch
    {
        ".json" => ShardedCheckpoint.Open(path),
        var extension when PyTorchExtensions.Contains(extension) => PyTorchReader.Open(path),
        _ => SafetensorsReader.Open(path),
    };
}
