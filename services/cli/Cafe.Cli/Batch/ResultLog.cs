using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cafe.Cli.Batch;

/// <summary>
/// results.jsonl: a line per item that has ended. It is what a resumed run goes by, so a line is written after the item's
/// pictures are on disk, and a line that an interruption tore is dropped.
/// </summary>
internal sealed class ResultLog : IDisposable
{
    private readonly FileStream _file;
    private readonly HashSet<string> _ended;

    private ResultLog(string folder, FileStream file, HashSet<string> ended)
    {
        Folder = folder;
        _file = file;
        _ended = ended;
    }

    /// <summary>The output folder.</summary>
    public string Folder { get; }

    /// <summary>Items that ended in earlier runs.</summary>
    public int Resumed => _ended.Count;

    /// <summary>Opens, or begins, a folder's log. One run at a time: a second can't open it.</summary>
    /// <exception cref="CliException">Another run has it open.</exception>
    public static ResultLog Open(string folder, bool retryFailed)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "results.jsonl");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException failure)
        {
            throw new CliException($"{path} can't be opened; another run may have it: {failure.Message}");
        }

        var ended = Read(file, out var whole);
        file.SetLength(whole);
        file.Seek(0, SeekOrigin.End);
        return new ResultLog(folder, file, [.. ended.Where(item => item.Value || !retryFailed).Select(item => item.Key)]);
    }

    /// <summary>An item ended in an earlier run.</summary>
    public bool Has(string id) => _ended.Contains(id);

    /// <summary>An item has ended.</summary>
    public void Append(JsonObject line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();

    // Ids and whether they worked; a later line replaces an earlier one.
    private static Dictionary<string, bool> Read(FileStream file, out long whole)
    {
        var ended = new Dictionary<string, bool>();
        whole = 0;
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var text = reader.ReadToEnd();
        foreach (var line in text.Split('\n')[..^1])
        {
            try
            {
                var entry = JsonNode.Parse(line)!;
                ended[(string)entry["id"]!] = entry["error"] is null;
            }
            catch (Exception failure) when (failure is JsonException or NullReferenceException or InvalidOperationException)
            {
                break; // torn: what follows, if anything, is worked out again
            }

            whole += Encoding.UTF8.GetByteCount(line) + 1;
        }

        return ended;
    }
}
