namespace Cafe.Modeling.Checkpoints;

/// <summary>A published checkpoint's folder: config.json and weights under one of the usual names.</summary>
public static class CheckpointFolder
{
    // Complete precision before .fp16 variants, safetensors before pickles, one file before shards.
    private static readonly string[] WeightFiles =
    [
        .. Names("model", "safetensors"),
        .. Names("diffusion_pytorch_model", "safetensors"),
        .. Names("pytorch_model", "bin"),
        .. Names("diffusion_pytorch_model", "bin"),
        .. HalfNames("model", "safetensors"),
        .. HalfNames("diffusion_pytorch_model", "safetensors"),
        .. HalfNames("pytorch_model", "bin"),
        .. HalfNames("diffusion_pytorch_model", "bin"),
    ];

    /// <summary>The weights file (or index) of a folder.</summary>
    /// <exception cref="CheckpointException">The folder has none of the usual names.</exception>
    public static string FindWeights(string folder)
    {
        foreach (var name in WeightFiles)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new CheckpointException($"{folder} has no weights: none of {string.Join(", ", WeightFiles)}.");
    }

    /// <exception cref="CheckpointException">There are no weights, or they are damaged.</exception>
    public static Checkpoint OpenWeights(string folder) => CheckpointFile.Open(FindWeights(folder));

    /// <exception cref="CheckpointException">There is no config.json, or it is no JSON object.</exception>
    public static ModelConfig ReadConfig(string folder) => ModelConfig.Read(Path.Combine(folder, "config.json"));

    private static string[] Names(string stem, string extension) => [$"{stem}.{extension}", $"{stem}.{extension}.index.json"];

    // Diffusers wrote the index's variant in both places.
    private static string[] HalfNames(string stem, string extension) =>
        [$"{stem}.fp16.{extension}", $"{stem}.{extension}.index.fp16.json", $"{stem}.fp16.{extension}.index.json"];
}
