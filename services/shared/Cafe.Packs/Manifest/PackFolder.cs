namespace Cafe.Packs.Manifest;

/// <summary>A pack on disk.</summary>
public sealed class PackFolder
{
    private PackFolder(string root, PackManifest manifest)
    {
        Root = root;
        Manifest = manifest;
    }

    /// <summary>The folder's absolute path.</summary>
    public string Root { get; }

    public PackManifest Manifest { get; }

    /// <summary>Reads the manifest, and nothing else.</summary>
    /// <exception cref="PackException">The folder is no pack.</exception>
    public static PackFolder Open(string folder) => new(Path.GetFullPath(folder), ManifestReader.ReadFolder(folder));

    /// <summary>Where a file that the manifest names lies.</summary>
    /// <param name="path">As in the manifest.</param>
    /// <exception cref="PackException">The path leaves the folder, by itself or by a link.</exception>
    public string PathOf(string path)
    {
        if (!PackPath.IsValid(path))
        {
            throw new PackException($"'{path}' is no path within a pack.");
        }

        var full = Path.GetFullPath(Path.Combine(Root, path));
        for (var part = full; part.Length > Root.Length; part = Path.GetDirectoryName(part)!)
        {
            // A volume may hold its files as links into itself; a link that leads out of the pack is refused.
            var info = new FileInfo(part);
            if (info.LinkTarget is not null && !IsWithin(info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? ""))
            {
                throw new PackException($"'{path}' is a link that leaves the pack.");
            }
        }

        return full;
    }

    /// <summary>That the files of a part are there with the lengths that the manifest gives: quick, where hashing is not.</summary>
    /// <exception cref="PackException">Files are missing or of another length: all of them, by name.</exception>
    public void CheckFiles(PackPart part)
    {
        var problems = part.Files
            .Select(file => (file, info: new FileInfo(PathOf(file.Path))))
            .Where(item => !item.info.Exists || item.info.Length != item.file.Bytes)
            .Select(item => item.info.Exists ? $"{item.file.Path} has {item.info.Length} bytes, not {item.file.Bytes}" : $"{item.file.Path} is missing")
            .ToList();
        if (problems.Count > 0)
        {
            throw new PackException($"{Root} is not complete: {string.Join("; ", problems)}");
        }
    }

    private bool IsWithin(string target) => target.StartsWith(Root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
