using System.Text;
using Cafe.Packs.Manifest;

namespace Cafe.Packs.Tokenizers;

/// <summary>
/// A conversation as the language model is given it: ids, the picture's tokens, ids. One form for serving and training.
/// </summary>
/// <param name="BeforeImage">Ids before the picture's tokens; never empty, it starts with begin of sequence.</param>
/// <param name="AfterImage">Ids after them.</param>
public sealed record ChatPrompt(IReadOnlyList<int> BeforeImage, IReadOnlyList<int> AfterImage)
{
    private static readonly string[] Placeholders = ["{system}", "{image}", "{user}", "{assistant}"];

    /// <summary>Ids in all; the picture's tokens come on top.</summary>
    public int TextTokens => BeforeImage.Count + AfterImage.Count;

    /// <summary>
    /// Renders a conversation by a pack's template. What the parties said is put in as it is: braces in it are no placeholders, markers in it are text.
    /// Text that is not separated by a marker or the picture is tokenised in one piece, as the model was trained.
    /// </summary>
    /// <param name="section">The pack's template, system prompt and markers.</param>
    /// <param name="tokenizer">The pack's tokenizer.</param>
    /// <param name="turns">Oldest first; the first and the last are the user's.</param>
    /// <exception cref="ArgumentException">There is no turn, or the first or last is not the user's.</exception>
    public static ChatPrompt Build(AssistantSection section, SentencePieceTokenizer tokenizer, IReadOnlyList<ChatTurn> turns) =>
        Build(section.ChatTemplate, section.SystemPrompt, section.Tokenizer.BosTokenId, section.Tokenizer.EosTokenIds[0], tokenizer, turns);

    /// <summary>The same for a pack that is being made: its template, system prompt and markers by themselves.</summary>
    /// <exception cref="ArgumentException">There is no turn, or the first or last is not the user's.</exception>
    public static ChatPrompt Build(
        ChatTemplate template, string systemPrompt, int bosTokenId, int eosTokenId, SentencePieceTokenizer tokenizer, IReadOnlyList<ChatTurn> turns)
    {
        if (turns.Count == 0 || turns[0].Role != ChatRole.User || turns[^1].Role != ChatRole.User)
        {
            throw new ArgumentException("A conversation starts and ends with a turn of the user.", nameof(turns));
        }

        var writer = new Writer(tokenizer);
        var system = systemPrompt.Length == 0 ? "" : string.Concat(Parts(template.System).Select(part => part == "{system}" ? systemPrompt : part));
        for (var i = 0; i < turns.Count; i++)
        {
            switch (turns[i].Role)
            {
                case ChatRole.User:
                    if (i == 0 || template.BosEachUserTurn)
                    {
                        writer.Marker(bosTokenId);
                    }

                    WriteUser(writer, template.User, turns[i].Text, system, first: i == 0);
                    break;
                case ChatRole.Assistant:
                    foreach (var part in Parts(template.Assistant))
                    {
                        writer.Text(part == "{assistant}" ? turns[i].Text : part);
                    }

                    if (template.EosAfterAssistant)
                    {
                        writer.Marker(eosTokenId);
                    }

                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(turns), turns[i].Role, "Unknown role.");
            }
        }

        return writer.Finish();
    }

    private static void WriteUser(Writer writer, string template, string text, string system, bool first)
    {
        foreach (var part in Parts(template))
        {
            switch (part)
            {
                case "{user}":
                    writer.Text(text);
                    break;
                case "{system}":
                    writer.Text(first ? system : "");
                    break;
                case "{image}":
                    if (first)
                    {
                        writer.Image();
                    }

                    break;
                default:
                    writer.Text(part);
                    break;
            }
        }
    }

    /// <summary>A template's literal text and placeholders, in order.</summary>
    private static IEnumerable<string> Parts(string template)
    {
        for (var at = 0; at < template.Length;)
        {
            var next = Placeholders.Select(name => (Name: name, At: template.IndexOf(name, at, StringComparison.Ordinal))).Where(found => found.At >= 0).OrderBy(found => found.At).FirstOrDefault();
            if (next.Name is null)
            {
                yield return template[at..];
                yield break;
            }

            if (next.At > at)
            {
                yield return template[at..next.At];
            }

            yield return next.Name;
            at = next.At + next.Name.Length;
        }
    }

    private sealed class Writer(SentencePieceTokenizer tokenizer)
    {
        private readonly StringBuilder _text = new();
        private List<int> _ids = [];
        private List<int>? _before;

        public void Text(string text) => _text.Append(text);

        public void Marker(int id)
        {
            Flush();
            _ids.Add(id);
        }

        public void Image()
        {
            Flush();
            _before = _before is null ? _ids : throw new InvalidOperationException("A template has one place for the picture.");
            _ids = [];
        }

        public ChatPrompt Finish()
        {
            Flush();
            return new ChatPrompt(_before ?? throw new InvalidOperationException("The template has no place for the picture."), _ids);
        }

        private void Flush()
        {
            _ids.AddRange(tokenizer.Encode(_text.ToString()));
            _text.Clear();
        }
    }
}
