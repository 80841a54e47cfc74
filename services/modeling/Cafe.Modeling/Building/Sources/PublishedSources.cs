using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Building;

/// <summary>Opens published folders as the sources of a pack.</summary>
public static class PublishedSources
{
    /// <exception cref="CheckpointException">A file is missing, damaged, or of a kind that isn't supported.</exception>
    public static PackSources Open(PublishedFolders folders, PackIdentity identity)
    {
        var opened = new Stack<Checkpoint>();
        try
        {
            var llama = CheckpointFolder.ReadConfig(folders.Llama);
            var unet = CheckpointFolder.ReadConfig(folders.Unet);
            var clip = ClipConfig.From(CheckpointFolder.ReadConfig(folders.Clip));
            var cafe = Track(Checkpoint.Open(folders.Cafe));
            var unetWeights = Track(CheckpointFolder.OpenWeights(folders.Unet)).WithCafe(cafe);
            return new PackSources
            {
                Identity = identity,
                Subject = Dinov2Config.From(CheckpointFolder.ReadConfig(folders.Subject)),
                SubjectWeights = Track(CheckpointFolder.OpenWeights(folders.Subject)),
                SubjectPreprocess = PublishedPreprocess.Read(folders.Subject, PublishedPreprocess.Dinov2),
                Clip = clip,
                ClipWeights = Track(CheckpointFolder.OpenWeights(folders.Clip)),
                ClipPreprocess = PublishedPreprocess.Read(folders.Clip, PublishedPreprocess.Clip(clip.ImageSize)),
                ClipTokenizer = ReadClipTokenizer(folders.Clip),
                Llama = LlamaConfig.From(llama),
                LlamaWeights = Track(CheckpointFolder.OpenWeights(folders.Llama)),
                Tokenizer = ReadFile(Path.Combine(folders.Llama, "tokenizer.model")),
                BosTokenId = llama.Int("bos_token_id", 1),
                EosTokenIds = llama.IntOrInts("eos_token_id", 2),
                Unet = UNetConfig.From(unet, unetWeights),
                UnetWeights = unetWeights,
                SampleSize = unet.Int("sample_size", 64),
                Vae = AutoencoderKlConfig.From(CheckpointFolder.ReadConfig(folders.Vae)),
                VaeWeights = Track(CheckpointFolder.OpenWeights(folders.Vae)).Rename(AutoencoderKl.Renames),
                Scheduler = ReadScheduler(folders.Scheduler),
                Cafe = cafe.WithoutUnet(),
                Licenses = PublishedLicenses.Collect(folders),
            };
        }
        catch
        {
            foreach (var checkpoint in opened)
            {
                checkpoint.Dispose();
            }

            throw;
        }

        Checkpoint Track(Checkpoint checkpoint)
        {
            opened.Push(checkpoint);
            return checkpoint;
        }
    }

    private static JsonElement ReadScheduler(string path) =>
        ModelConfig.Read(Directory.Exists(path) ? Path.Combine(path, "scheduler_config.json") : path).Json;

    private static ClipTokenizerFiles? ReadClipTokenizer(string folder)
    {
        string vocab = Path.Combine(folder, "vocab.json"), merges = Path.Combine(folder, "merges.txt");
        return File.Exists(vocab) && File.Exists(merges) ? new ClipTokenizerFiles(ReadFile(vocab), ReadFile(merges)) : null;
    }

    private static byte[] ReadFile(string path)
    {
        const long MaxBytes = 64 << 20;
        using var file = MappedFile.Open(path);
        return file.Length <= MaxBytes
            ? file.Read(0, (int)file.Length)
            : throw new CheckpointException($"{file.Name} has {file.Length} bytes; the limit is {MaxBytes}.");
    }
}
