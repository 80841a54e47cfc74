namespace Cafe.Modeling.Building;

/// <summary>
/// A hidden folder beside the one that is to be made. It takes the real name only when everything is in it, so whatever interrupts a build
/// leaves no folder that looks complete; the next build sweeps away what was left.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string LockName = ".lock";
    private readonly string target;
    private FileStream? held;

    /// <exception cref="IOException">The target exists and isn't empty, or another build is making it.</exception>
    public StagingFolder(string target)
    {
        this.target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (File.Exists(this.target) || (Directory.Exists(this.target) && Directory.EnumerateFileSystemEntries(this.target).Any()))
        {
            throw new IOException($"{this.target} exists already: name another folder, or remove it first.");
        }

        Path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(this.target)!, $".{System.IO.Path.GetFileName(this.target)}.building");
        Directory.CreateDirectory(Path);
        held = Hold();
        Clear();
    }

    public string Path { get; }

    /// <summary>Gives the folder its real name.</summary>
    public void Commit()
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target);
        }

        File.Delete(System.IO.Path.Combine(Path, LockName));
        Directory.Move(Path, target);
        held?.Dispose();
        held = null;
    }

    /// <summary>Removes what a build that failed has made.</summary>
    public void Dispose()
    {
        if (held is not null)
        {
            Clear();
            File.Delete(System.IO.Path.Combine(Path, LockName));
            held.Dispose();
            held = null;
            Directory.Delete(Path, recursive: true);
        }
    }

    private FileStream Hold()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(Path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"Another build is making {target}.", e);
        }
    }

    private void Clear()
    {
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos().Where(entry => entry.Name != LockName))
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
