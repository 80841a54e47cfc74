using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>An evaluator's sizes.</summary>
/// <param name="Channels">Of each level; every level halves the picture.</param>
/// <param name="Width">Of the embedding.</param>
/// <param name="Heads">Classifiers over the embedding: name and number of classes.</param>
public sealed record PictureCnnConfig(IReadOnlyList<int> Channels, int LayersPerLevel, int NormNumGroups, int Width, IReadOnlyDictionary<string, int> Heads)
{
    /// <exception cref="CheckpointException">A field is absent or no number, or the groups don't divide the channels.</exception>
    public static PictureCnnConfig From(ModelConfig config)
    {
        var evaluator = new PictureCnnConfig(
            config.Ints("channels"),
            config.Int("layers_per_level", 1),
            config.Int("norm_num_groups", 8),
            config.Int("width"),
            config.Has("heads")
                ? config.Section("heads").Json.EnumerateObject().ToDictionary(p => p.Name, p => config.Section("heads").Int(p.Name))
                : new Dictionary<string, int>());
        ConfigRules.RequireAllDivided("norm_num_groups", evaluator.NormNumGroups, "channels", evaluator.Channels);
        return evaluator;
    }
}
