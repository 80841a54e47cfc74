using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cafe.Cli.Generate;
using Cafe.Cli.Terminal;
using Cafe.Client;
using Cafe.V1;
using Grpc.Core;
using Spectre.Console;

namespace Cafe.Cli.Batch;

/// <summary>One run over a file.</summary>
internal sealed class BatchJob(CafeClient client, Consoles consoles, ResultLog log, string input, int window)
{
    private const int MaxNameLength = 100;
    private readonly ProgressLine _progress = new(consoles.Status, consoles.Live);
    private readonly PictureFiles _files = new(log.Folder, "");
    private readonly Lock _lock = new();
    private int _all;
    private int _ended;
    private int _failed;

    /// <summary>Runs what earlier runs left; returns how many items failed in this one.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        _all = File.ReadLines(input).Count(line => !string.IsNullOrWhiteSpace(line));
        if (log.Resumed > 0)
        {
            consoles.Status.MarkupLineInterpolated($"[grey]Resuming: {log.Resumed} items have ended before.[/]");
        }

        var started = TimeProvider.System.GetTimestamp();
        await foreach (var result in client.GenerateBatchAsync(ItemsAsync(cancellationToken), window, cancellationToken))
        {
            End(result);
            Show(TimeProvider.System.GetElapsedTime(started));
        }

        _progress.Clear();
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        consoles.Status.MarkupLineInterpolated(
            $"{_ended} items in {ProgressLine.Words(TimeSpan.FromSeconds(seconds))} ({_ended / Math.Max(seconds, 0.001):0.00}/s), {_failed} failed, {log.Resumed} done before. {Path.Combine(log.Folder, "results.jsonl")}");
        return _failed;
    }

    private async IAsyncEnumerable<CafeBatchItem> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(input))!;
        var seen = new HashSet<string>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(input, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var id = BatchLine.IdOf(line, number);
            if (!seen.Add(id))
            {
                Fail($"line-{number}", $"line {number} has the id '{id}' of an earlier line");
            }
            else if (!log.Has(id) && Read(line, id, folder) is { } item)
            {
                yield return item;
            }
        }
    }

    private CafeBatchItem? Read(string line, string id, string folder)
    {
        try
        {
            return BatchLine.Parse(line, id, folder);
        }
        catch (CliException failure)
        {
            Fail(id, failure.Message);
            return null;
        }
    }

    private void Fail(string id, string message)
    {
        if (!log.Has(id))
        {
            End(new CafeBatchResult(id, null, new ItemError { Code = (int)StatusCode.InvalidArgument, Message = message }));
        }
    }

    private void End(CafeBatchResult result)
    {
        var line = new JsonObject { ["id"] = result.Id };
        if (result.Result is { } done)
        {
            line["reply"] = done.Reply;
            line["pictures"] = new JsonArray([.. done.Pictures.Select(picture => (JsonNode)Write(result.Id, picture))]);
            line["seconds"] = Math.Round(done.Summary.TotalSeconds, 3);
            line["request_id"] = done.Summary.RequestId;
        }
        else
        {
            line["error"] = new JsonObject { ["code"] = ((StatusCode)result.Error!.Code).ToString(), ["message"] = result.Error.Message, ["field"] = result.Error.Field };
        }

        // The reader of the input and the reader of results both end items.
        lock (_lock)
        {
            _ended++;
            _failed += result.Error is null ? 0 : 1;
            log.Append(line);
        }
    }

    private JsonObject Write(string id, CafePicture picture)
    {
        var entry = new JsonObject { ["index"] = picture.Index, ["seed"] = picture.Seed.ToString(), ["finish_reason"] = picture.FinishReason.ToString() };
        if (picture.FinishReason == ImageFinishReason.Completed)
        {
            entry["file"] = Path.GetFileName(_files.Write($"{NameOf(id)}-{picture.Index}{PictureFiles.Extension(picture.Format)}", picture.Data));
        }

        return entry;
    }

    // Ids may hold anything; a file's name may not.
    private static string NameOf(string id) =>
        id.Length <= MaxNameLength && !id.StartsWith('.') && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? id
            : "item-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..16];

    private void Show(TimeSpan elapsed)
    {
        var done = _ended + log.Resumed;
        var rate = _ended / Math.Max(elapsed.TotalSeconds, 0.001);
        _progress.Show($"{rate:0.00} items/s, {_failed} failed", done, _all, TimeSpan.FromSeconds((_all - done) / Math.Max(rate, 1e-6)));
    }
}
