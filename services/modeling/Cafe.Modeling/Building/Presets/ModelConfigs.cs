using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>The published configuration of every part, which is all that random weights need.</summary>
public sealed record ModelConfigs
{
    public required ModelConfig Dinov2 { get; init; }

    public required ImagePreprocess SubjectPreprocess { get; init; }

    public required ModelConfig Clip { get; init; }

    public required ModelConfig Llama { get; init; }

    /// <summary>Widths of the conditions are those of the other parts, whatever cross_attention_dim says.</summary>
    public required ModelConfig Unet { get; init; }

    public required ModelConfig Vae { get; init; }

    public required ModelConfig Scheduler { get; init; }

    public static ModelConfigs For(ModelPreset preset) => preset switch
    {
        ModelPreset.Paper => PaperPreset.Configs,
        ModelPreset.Small => SmallPreset.Configs,
        ModelPreset.Tiny => TinyPreset.Configs,
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "Unknown preset."),
    };

    /// <summary>
    /// The same with the configurations that a folder holds in place of the preset's: any of dinov2.json, clip.json, llama.json, unet.json,
    /// vae.json and scheduler.json. With dinov2.json the subject is served at its own image size.
    /// </summary>
    /// <exception cref="CheckpointException">The folder holds none of them, or one is damaged.</exception>
    public ModelConfigs WithFolder(string folder)
    {
        var dinov2 = Find("dinov2.json");
        var configs = this with
        {
            Dinov2 = dinov2 ?? Dinov2,
            SubjectPreprocess = dinov2 is null ? SubjectPreprocess : SubjectPreprocess with
            {
                ShortestEdge = dinov2.Int("image_size", 224),
                CropHeight = dinov2.Int("image_size", 224),
                CropWidth = dinov2.Int("image_size", 224),
            },
            Clip = Find("clip.json") ?? Clip,
            Llama = Find("llama.json") ?? Llama,
            Unet = Find("unet.json") ?? Unet,
            Vae = Find("vae.json") ?? Vae,
            Scheduler = Find("scheduler.json") ?? Scheduler,
        };
        return configs != this ? configs : throw new CheckpointException($"{folder} has none of dinov2.json, clip.json, llama.json, unet.json, vae.json, scheduler.json.");

        ModelConfig? Find(string name) => File.Exists(Path.Combine(folder, name)) ? ModelConfig.Read(Path.Combine(folder, name)) : null;
    }

    internal static ModelConfig Parse(string name, string json) => ModelConfig.Parse(name, System.Text.Encoding.UTF8.GetBytes(json));
}
