using System.CommandLine;
using System.Text.Json;
using Cafe.Training.Conversations;
using Cafe.Training.Data;
using Cafe.Training.Stages;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train data</c>: subjects, scenes and words become stores, conversations and contact sheets.</summary>
public static class DataCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var config = new Option<FileInfo?>("--config") { Description = "Configuration file (JSON); the options below override it" };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder of the data", Required = true };
        var fluent = new Option<DirectoryInfo?>("--fluent") { Description = "Folder assets of the npm package @lobehub/fluent-emoji-3d" };
        var twemoji = new Option<DirectoryInfo?>("--twemoji") { Description = "Folder of the npm package @twemoji/svg" };
        var noto = new Option<FileInfo?>("--noto") { Description = "NotoColorEmoji.ttf (Debian: fonts-noto-color-emoji)" };
        var emojiTest = new Option<FileInfo?>("--emoji-test") { Description = "emoji-test.txt (Debian: unicode-data)" };
        var cutOuts = new Option<DirectoryInfo[]>("--cut-outs") { Description = "Folders of cut-out pictures (RGBA PNG or WebP) with names", AllowMultipleArgumentsPerToken = true };
        var onlyCutOuts = new Option<bool>("--only-cut-outs") { Description = "Leave the emoji out" };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of everything random" };
        var count = new Option<double>("--scale") { Description = "Multiplies every part's count, for a quick look", DefaultValueFactory = _ => 1 };
        var endpoint = new Option<Uri?>("--chat-endpoint") { Description = "OpenAI-compatible API that writes the conversations (default: the grammar)" };
        var model = new Option<string?>("--chat-model") { Description = "The model's name there" };
        var keyVariable = new Option<string?>("--chat-key-variable") { Description = "Environment variable that holds the API key" };
        var command = new Command("data", "Make the training data") { config, output, fluent, twemoji, noto, emojiTest, cutOuts, onlyCutOuts, seed, count, endpoint, model, keyVariable };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var options = parsed.GetValue(config) is { } file
                    ? JsonSerializer.Deserialize<DataOptions>(await File.ReadAllTextAsync(file.FullName, cancellation), StageJson.Read) ?? throw new InvalidDataException($"{file} is empty.")
                    : new DataOptions();
                options = options with
                {
                    Noto = parsed.GetValue(noto)?.FullName ?? options.Noto,
                    EmojiTest = parsed.GetValue(emojiTest)?.FullName ?? options.EmojiTest,
                    Fluent = parsed.GetValue(fluent)?.FullName ?? options.Fluent,
                    Twemoji = parsed.GetValue(twemoji)?.FullName ?? options.Twemoji,
                    CutOuts = [.. options.CutOuts, .. (parsed.GetValue(cutOuts) ?? []).Select(folder => folder.FullName)],
                    Seed = parsed.GetValue(seed) ?? options.Seed,
                    Parts = [.. options.Parts.Select(part => part with { Count = Math.Max(1, (int)(part.Count * parsed.GetValue(count))) })],
                };
                if (parsed.GetValue(onlyCutOuts))
                {
                    options = options with { Noto = null, Fluent = null, Twemoji = null };
                }

                using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
                var writer = Writer(http, parsed.GetValue(endpoint), parsed.GetValue(model), parsed.GetValue(keyVariable));
                await RunAsync(new DataStage(options, parsed.GetValue(output)!.FullName), writer, cancellation);
                return 0;
            }
            catch (Exception problem) when (problem is InvalidDataException or JsonException or IOException or ArgumentOutOfRangeException or HttpRequestException or UnauthorizedAccessException)
            {
                AnsiConsole.MarkupLineInterpolated($"[red]{problem.Message}[/]");
                return 1;
            }
        });
        return command;
    }

    private static IConversationWriter Writer(HttpClient http, Uri? endpoint, string? model, string? keyVariable) => endpoint is null
        ? new GrammarWriter()
        : new ChatEndpointWriter(
            http,
            new ChatEndpointOptions
            {
                BaseAddress = endpoint.AbsoluteUri.EndsWith('/') ? endpoint : new Uri(endpoint.AbsoluteUri + "/"),
                Model = model ?? throw new InvalidDataException("--chat-endpoint needs --chat-model."),
                ApiKey = keyVariable is null ? null : Environment.GetEnvironmentVariable(keyVariable),
            },
            TimeProvider.System);

    private static Task RunAsync(DataStage stage, IConversationWriter writer, CancellationToken cancellation) => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new ElapsedTimeColumn())
        .StartAsync(async context =>
        {
            var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
            await stage.RunAsync(writer, (name, done, of) =>
            {
                if (!tasks.TryGetValue(name, out var task))
                {
                    tasks[name] = task = context.AddTask(name, maxValue: of);
                }

                task.Value = done;
            }, cancellation);
        });
}
