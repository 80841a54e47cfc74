using System.Text;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Tests.Building;

/// <summary>The tiny preset's random checkpoints, written as they would be published: safetensors, one of them sharded, with config.json.</summary>
internal static class PublishedFoldersOnDisk
{
    public static PublishedFolders Write(string root, ulong seed)
    {
        var configs = ModelConfigs.For(ModelPreset.Tiny);
        using var sources = SyntheticSources.Create(configs, SynthPack.Identity("tiny", ModelPreset.Tiny), seed);
        Part("dinov2", configs.Dinov2, "model.safetensors", sources.SubjectWeights);
        Part("clip", configs.Clip, "model.safetensors", sources.ClipWeights);
        Part("sd/unet", configs.Unet, "diffusion_pytorch_model.safetensors", StandIns(sources.UnetWeights));
        Part("sd/vae", configs.Vae, "diffusion_pytorch_model.safetensors", sources.VaeWeights);
        Part("llama", configs.Llama, null, sources.LlamaWeights);
        SafetensorsWriter.WriteSharded(Path.Combine(root, "llama"), "model", sources.LlamaWeights.Tensors, 200_000);

        var preprocess = sources.SubjectPreprocess;
        Text("dinov2/preprocessor_config.json", $$"""{ "size": { "shortest_edge": {{preprocess.ShortestEdge}} }, "crop_size": { "height": {{preprocess.CropHeight}}, "width": {{preprocess.CropWidth}} } }""");
        Text("sd/scheduler/scheduler_config.json", configs.Scheduler.Json.GetRawText());
        Text("clip/LICENSE", "Of CLIP.");
        File.WriteAllBytes(Path.Combine(root, "clip", "vocab.json"), sources.ClipTokenizer!.Vocab);
        File.WriteAllBytes(Path.Combine(root, "clip", "merges.txt"), sources.ClipTokenizer.Merges);
        File.WriteAllBytes(Path.Combine(root, "llama", "tokenizer.model"), sources.Tokenizer);

        // Both conditions' keys and values come with CAFE's own layers, the semantic ones in place of the UNet's own.
        var cafe = Path.Combine(root, "cafe.safetensors");
        SafetensorsWriter.Write(cafe, sources.Cafe.Tensors.Concat(sources.UnetWeights.Tensors.Where(IsConditions).Select(tensor => tensor.Rename(CafeWeights.UnetPrefix + tensor.Name))));
        return new PublishedFolders
        {
            Subject = Path.Combine(root, "dinov2"),
            Clip = Path.Combine(root, "clip"),
            Llama = Path.Combine(root, "llama"),
            Unet = Path.Combine(root, "sd", "unet"),
            Vae = Path.Combine(root, "sd", "vae"),
            Scheduler = Path.Combine(root, "sd", "scheduler"),
            Cafe = cafe,
        };

        void Part(string folder, ModelConfig config, string? file, Checkpoint weights)
        {
            Text($"{folder}/config.json", config.Json.GetRawText());
            if (file is not null)
            {
                SafetensorsWriter.Write(Path.Combine(root, folder, file), weights.Tensors);
            }
        }

        void Text(string path, string text)
        {
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text, new UTF8Encoding(false));
        }
    }

    // The UNet as it was before CAFE: attending to text of another width, and to nothing else.
    private static TensorTable StandIns(Checkpoint unet) => new("unet",
    [
        .. unet.Tensors
            .Where(tensor => !tensor.Name.EndsWith("_subject.weight", StringComparison.Ordinal))
            .Select(tensor => IsConditions(tensor) ? new RandomTensor(tensor.Name, TensorType.Float32, [tensor.Shape[0], 20], 0, 1) : tensor),
    ]);

    private static bool IsConditions(TensorSource tensor) => tensor.Name.Contains(".attn2.to_k", StringComparison.Ordinal) || tensor.Name.Contains(".attn2.to_v", StringComparison.Ordinal);
}
