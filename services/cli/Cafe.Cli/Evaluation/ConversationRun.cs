using System.Text.Json;
using Cafe.Cli.Generate;
using Cafe.Cli.Terminal;
using Cafe.Client;
using Cafe.Evaluation.Conversations;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Plans;
using Cafe.V1;
using Spectre.Console;

namespace Cafe.Cli.Evaluation;

/// <summary>Holds the conversations: each turn is sent with the assistant's own earlier replies.</summary>
internal sealed class ConversationRun(CafeClient client, EvaluationPlan plan, int? steps, string output, Consoles consoles)
{
    private const string FileName = "exchanges.jsonl";
    private readonly PictureFiles _files = new(output, "");
    private readonly ProgressLine _progress = new(consoles.Status, consoles.Live);
    private readonly Lock _lock = new();

    /// <summary>All exchanges, those of earlier runs among them.</summary>
    public async Task<IReadOnlyList<Exchange>> RunAsync(IReadOnlyList<Message> messages, int repeat, int window, CancellationToken cancellation)
    {
        var path = Path.Combine(output, FileName);
        var known = Read(path);
        var wanted = Enumerable.Range(0, repeat).SelectMany(time => messages.Select((message, i) => (Id: $"{message.Id}-{time}", Message: message, Number: (time * messages.Count) + i))).ToList();
        var (all, started, before) = (wanted.Count, TimeProvider.System.GetTimestamp(), known.Count);
        await Parallel.ForEachAsync(wanted.Where(one => !known.ContainsKey(one.Id)).ToList(), new ParallelOptions { MaxDegreeOfParallelism = window, CancellationToken = cancellation }, async (one, token) =>
        {
            var exchange = await HoldAsync(one.Id, one.Message, one.Number, token);
            lock (_lock)
            {
                known[one.Id] = exchange;
                File.AppendAllText(path, JsonSerializer.Serialize(exchange, EvaluatorJson.Line) + "\n");
                var left = TimeProvider.System.GetElapsedTime(started) / (known.Count - before) * (all - known.Count);
                _progress.Show("Conversations", known.Count, all, left);
            }
        });
        _progress.Clear();
        return [.. wanted.Select(one => known[one.Id])];
    }

    private async Task<Exchange> HoldAsync(string id, Message message, int number, CancellationToken cancellation)
    {
        // Coprime steps walk over all subjects whatever their order.
        var subject = plan.Description.Subjects[(int)((long)number * 7919 % plan.Description.Subjects.Count)];
        var picture = RequestOptions.ReadImage(plan.PathOf(subject.Picture));
        var (turns, answers) = (new List<Turn>(), new List<Answer>());
        foreach (var (turn, i) in message.Turns.Select((turn, i) => (turn, i)))
        {
            turns.Add(new Turn { Role = Role.User, Text = turn.About(subject.Name) });
            var seed = (ulong)((number * 16) + i);
            var drawing = new DiffusionOptions { Seed = seed };
            if (steps is { } wanted)
            {
                drawing.Steps = wanted;
            }

            var request = new GenerateRequest { Subject = picture, Conversation = new Conversation { Turns = { turns } }, Options = drawing, TextOptions = new TextOptions { Seed = seed } };
            var result = await client.GenerateToEndAsync(request, cancellation);
            var drawn = result.Pictures.FirstOrDefault(one => one.FinishReason == ImageFinishReason.Completed) ?? throw new CliException($"Message {id}: the picture was withheld.");
            var file = Path.GetFileName(_files.Write($"{id}-{i}{PictureFiles.Extension(drawn.Format)}", drawn.Data));
            answers.Add(new Answer(turns[^1].Text, result.Reply, result.Summary.TextFinishReason == TextFinishReason.Length, file));

            // An empty reply can't be sent back as a turn; it is judged as what it is.
            turns.Add(new Turn { Role = Role.Assistant, Text = string.IsNullOrWhiteSpace(result.Reply) ? "..." : result.Reply });
        }

        return new Exchange(id, message.Id, subject.Key, answers);
    }

    // A line that an interruption tore is held again.
    private static Dictionary<string, Exchange> Read(string path)
    {
        var known = new Dictionary<string, Exchange>(StringComparer.Ordinal);
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            try
            {
                var exchange = JsonSerializer.Deserialize<Exchange>(line, EvaluatorJson.Line)!;
                known[exchange.Id] = exchange;
            }
            catch (JsonException)
            {
                break;
            }
        }

        if (known.Count > 0)
        {
            File.WriteAllLines(path, known.Values.Select(exchange => JsonSerializer.Serialize(exchange, EvaluatorJson.Line)));
        }

        return known;
    }
}
