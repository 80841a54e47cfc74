using System.Reflection;
using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Conversations;

/// <summary>What a person says in one conversation, written by hand.</summary>
/// <param name="Id">Unique among the messages.</param>
/// <param name="Turns">The user's turns, in order.</param>
public sealed record Message(string Id, IReadOnlyList<MessageTurn> Turns)
{
    private const string Resource = "messages.jsonl";

    /// <summary>The hundred that ship with the program.</summary>
    public static IReadOnlyList<Message> Shipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd().Split('\n'), Resource);
    }

    /// <summary>Reads a file of messages, one JSON object a line.</summary>
    /// <exception cref="PlanException">It is missing, or a line is no message.</exception>
    public static IReadOnlyList<Message> Read(string path) =>
        File.Exists(path) ? Parse(File.ReadAllLines(path), path) : throw new PlanException($"There is no file {path}.");

    private static IReadOnlyList<Message> Parse(string[] lines, string where)
    {
        var messages = new List<Message>();
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                if (lines[i].Length > 0)
                {
                    messages.Add(JsonSerializer.Deserialize<Message>(lines[i], EvaluatorJson.Line)!);
                }
            }
            catch (JsonException broken)
            {
                throw new PlanException($"{where}, line {i + 1}: {broken.Message}");
            }

            if (messages.Count > 0 && (string.IsNullOrEmpty(messages[^1].Id) || messages[^1].Turns is not { Count: > 0 } || messages[^1].Turns.Any(turn => string.IsNullOrWhiteSpace(turn.Text))))
            {
                throw new PlanException($"{where}, line {i + 1}: id and turns with a text are needed.");
            }
        }

        return messages.Select(message => message.Id).Distinct().Count() == messages.Count ? messages : throw new PlanException($"{where}: two messages have the same id.");
    }
}
