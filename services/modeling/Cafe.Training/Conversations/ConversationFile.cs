using System.Text.Json;
using System.Text.Json.Serialization;
using Cafe.Training.Data.Compositing;

namespace Cafe.Training.Conversations;

/// <summary>Conversations as JSON Lines, one for each sample in order; a dropped one leaves its number out.</summary>
public static class ConversationFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the conversations of samples 0 to count - 1 that pass the filter.</summary>
    /// <returns>How many were dropped.</returns>
    public static async Task<int> WriteAsync(string path, IConversationWriter writer, SampleSampler sampler, int count, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(sampler);
        var (partial, dropped) = (path + ".partial", 0);
        await using (var file = new StreamWriter(partial))
        {
            for (var number = 0L; number < count; number++)
            {
                var spec = sampler.Draw(number);
                var facts = PictureFacts.Of(spec);
                var conversation = await writer.WriteAsync(facts, seed, number, cancellation);
                if (conversation is null || ConversationFilter.Refuse(conversation, facts) is not null)
                {
                    dropped++;
                    continue;
                }

                await file.WriteLineAsync(JsonSerializer.Serialize(new ConversationLine(number, spec.Subject.Index, spec.Scene, facts.Caption(seed, number), conversation), Json));
            }
        }

        File.Move(partial, path, overwrite: true);
        return dropped;
    }

    /// <summary>Writes lines as they are.</summary>
    public static void Write(string path, IEnumerable<ConversationLine> lines)
    {
        var partial = path + ".partial";
        File.WriteAllLines(partial, lines.Select(line => JsonSerializer.Serialize(line, Json)));
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a file line by line.</summary>
    /// <exception cref="InvalidDataException">A line is no conversation; the message has its number.</exception>
    public static IEnumerable<ConversationLine> Read(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            ConversationLine? read;
            try
            {
                read = JsonSerializer.Deserialize<ConversationLine>(line, Json);
            }
            catch (JsonException broken)
            {
                throw new InvalidDataException($"{path}, line {number}: {broken.Message}", broken);
            }

            yield return read ?? throw new InvalidDataException($"{path}, line {number} is empty.");
        }
    }

    /// <summary>The names of the subjects that a file's conversations are about, each once, in order.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>.</exception>
    public static IReadOnlyList<string> Subjects(string path) =>
        [.. Read(path).Select(line => PictureFacts.SubjectOf(line.Conversation.Description)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
