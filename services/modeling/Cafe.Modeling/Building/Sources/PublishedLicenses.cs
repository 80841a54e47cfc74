namespace Cafe.Modeling.Building;

/// <summary>The licences that published folders carry.</summary>
internal static class PublishedLicenses
{
    private const long MaxBytes = 1 << 20;

    public static IReadOnlyDictionary<string, string> Collect(PublishedFolders folders) => new Dictionary<string, string>
    {
        ["dinov2.txt"] = Read(folders.Subject, "the subject encoder"),
        ["clip.txt"] = Read(folders.Clip, "CLIP"),
        ["llama.txt"] = Read(folders.Llama, "the language model"),
        ["unet.txt"] = Read(folders.Unet, "the UNet"),
        ["vae.txt"] = Read(folders.Vae, "the autoencoder"),
        ["cafe.txt"] = Read(Path.GetDirectoryName(Path.GetFullPath(folders.Cafe))!, "CAFE's own layers"),
    };

    // A part of a diffusers folder has its licence one level up.
    private static string Read(string folder, string part)
    {
        var file = new[] { folder, Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder }
            .SelectMany(candidate => Directory.EnumerateFiles(candidate))
            .FirstOrDefault(path => Path.GetFileNameWithoutExtension(path).Contains("license", StringComparison.OrdinalIgnoreCase) && new FileInfo(path).Length <= MaxBytes);
        return file is not null ? File.ReadAllText(file) : $"The folder that {part} was built from carried no licence file. Its publisher's terms apply.\n";
    }
}
