using Cafe.Evaluation.Quadruplets;
using Cafe.Training.Data;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;

namespace Cafe.Training.Conversations;

/// <summary>
/// Writes conversations from templates: the same seed and number give the same words. The reply names the subject only where the user
/// did, so that it never claims to have recognised something; it always names the scene that the picture shows.
/// </summary>
public sealed class GrammarWriter(TemplateSet templates = TemplateSet.Training) : IConversationWriter
{
    private static readonly ConversationKind[] Kinds =
    [
        ConversationKind.Caption, ConversationKind.Instruction, ConversationKind.Instruction, ConversationKind.Question, ConversationKind.Question,
        ConversationKind.Hint, ConversationKind.Vague, ConversationKind.Vague, ConversationKind.FollowUp, ConversationKind.FollowUp,
    ];

    /// <inheritdoc/>
    public ValueTask<Conversation?> WriteAsync(PictureFacts facts, ulong seed, long number, CancellationToken cancellation) =>
        ValueTask.FromResult<Conversation?>(Write(facts, seed, number));

    /// <summary>The conversation of one sample.</summary>
    public Conversation Write(PictureFacts facts, ulong seed, long number)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var random = new SampleRandom(seed, "words", number);
        return random.Pick(Kinds) switch
        {
            ConversationKind.Caption => Direct(facts, random, ConversationKind.Caption, GrammarTemplates.Captions),
            ConversationKind.Instruction => Direct(facts, random, ConversationKind.Instruction, GrammarTemplates.Instructions),
            ConversationKind.Question => Direct(facts, random, ConversationKind.Question, GrammarTemplates.Questions),
            ConversationKind.Hint when facts.Accessory is null && facts.Look is null => Hint(facts, random),
            ConversationKind.Hint => Direct(facts, random, ConversationKind.Question, GrammarTemplates.Questions),
            ConversationKind.Vague => Vague(facts, random),
            ConversationKind.FollowUp => FollowUp(facts, random),
            var other => throw new InvalidOperationException($"Unknown kind of conversation {other}."),
        };
    }

    private Conversation Direct(PictureFacts facts, SampleRandom random, ConversationKind kind, string[] lists)
    {
        var (text, named) = Ask(facts, random, Pick(random, lists), Wish(facts, random));
        return new Conversation(kind, [new ChatTurn(ChatTurn.User, text)], Reply(facts, random, random.Pick(GrammarTemplates.Openers), named), named, facts.Description);
    }

    private Conversation Hint(PictureFacts facts, SampleRandom random)
    {
        var (text, named) = Ask(facts, random, Pick(random, GrammarTemplates.Hinted), "", random.Pick(GrammarTemplates.Hints[facts.Scene.Name]));
        return new Conversation(ConversationKind.Hint, [new ChatTurn(ChatTurn.User, text)], Reply(facts, random, random.Pick(GrammarTemplates.Openers), named), named, facts.Description);
    }

    private Conversation Vague(PictureFacts facts, SampleRandom random)
    {
        var (text, named) = Ask(facts, random, Pick(random, GrammarTemplates.Vague), "");
        return new Conversation(ConversationKind.Vague, [new ChatTurn(ChatTurn.User, text)], Reply(facts, random, random.Pick(GrammarTemplates.Ideas), named), named, facts.Description);
    }

    /// <summary>A first wish that differs from the picture in one thing, its reply, and the wish that changes it.</summary>
    private Conversation FollowUp(PictureFacts facts, SampleRandom random)
    {
        var (first, change) = Before(facts, random);
        var kind = random.Chance(0.5) ? GrammarTemplates.Instructions : GrammarTemplates.Questions;
        var (opening, named) = Ask(first, random, Pick(random, kind), Wish(first, random));
        var answer = Reply(first, random, random.Pick(GrammarTemplates.Openers), named);
        var wish = Tidy(Pick(random, GrammarTemplates.FollowUps).Replace("{c}", change, StringComparison.Ordinal), random);
        return new Conversation(
            ConversationKind.FollowUp,
            [new ChatTurn(ChatTurn.User, opening), new ChatTurn(ChatTurn.Assistant, answer), new ChatTurn(ChatTurn.User, wish)],
            Reply(facts, random, random.Pick(GrammarTemplates.Changes), named), named, facts.Description);
    }

    private static (PictureFacts First, string Change) Before(PictureFacts facts, SampleRandom random)
    {
        if (facts.Accessory is { } accessory && random.Chance(0.5))
        {
            return (facts with { Accessory = null }, accessory.Phrase);
        }

        if (facts.Look is { } look && random.Chance(0.5))
        {
            return (facts with { Look = null }, look.Phrase);
        }

        if (facts.Accessory is null && random.Chance(0.12))
        {
            var worn = random.Pick(AccessoryCatalog.All);
            return (facts with { Accessory = worn }, $"without the {worn.Name}");
        }

        var scene = random.Pick([.. SceneCatalog.All.Where(other => other.Name != facts.Scene.Name)]);
        return (facts with { Scene = scene }, facts.Scene.Name == "city" && random.Chance(0.3) ? "at night" : Where(facts.Scene, random));
    }

    private static (string Text, bool Named) Ask(PictureFacts facts, SampleRandom random, string template, string wish, string hint = "")
    {
        var named = template.Contains("{n}", StringComparison.Ordinal) || (template.Contains("{s}", StringComparison.Ordinal) && !random.Chance(0.3));
        var subject = !named ? random.Pick(["this", "it"])
            : random.Below(4) switch
            {
                0 => $"my {facts.Subject}",
                1 => $"the {facts.Subject}",
                _ => SubjectWords.This(facts.Subject),
            };
        var text = template.Replace("{s}", subject, StringComparison.Ordinal).Replace("{n}", facts.Subject, StringComparison.Ordinal)
            .Replace("{w}", wish, StringComparison.Ordinal).Replace("{h}", hint, StringComparison.Ordinal);
        return (Tidy(text, random), named);
    }

    /// <summary>People write carelessly: sometimes without capitals or the last stop.</summary>
    private static string Tidy(string text, SampleRandom random)
    {
        text = text.Trim();
        if (random.Chance(0.25))
        {
            return text.ToLowerInvariant().TrimEnd('.', '!');
        }

        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private static string Where(IScene scene, SampleRandom random) => random.Chance(0.45) ? scene.Phrase : random.Pick(scene.Synonyms);

    private static string Wish(PictureFacts facts, SampleRandom random)
    {
        var place = Where(facts.Scene, random);
        var wish = facts.Accessory is null ? place : random.Chance(0.5) ? $"{facts.Accessory.Phrase} {place}" : $"{place}, {facts.Accessory.Phrase}";
        return facts.Look is null ? wish : random.Chance(0.5) ? $"{wish}, {facts.Look.Phrase}" : $"{wish} {facts.Look.Phrase}";
    }

    private static string Reply(PictureFacts facts, SampleRandom random, string opener, bool named)
    {
        var subject = named ? $"your {facts.Subject}" : "your subject";
        var shown = facts.Scene.Phrase + (facts.Accessory is null ? "" : $", {facts.Accessory.Phrase}") + (facts.Look is null ? "" : $", {facts.Look.Phrase}");
        var statement = random.Pick(GrammarTemplates.Statements).Replace("{s}", subject, StringComparison.Ordinal).Replace("{w}", shown, StringComparison.Ordinal);
        var effect = facts.Look is not null && random.Chance(0.5) ? random.Pick(facts.Look.Effects)
            : facts.Accessory is not null && random.Chance(0.5) ? random.Pick(facts.Accessory.Effects)
            : random.Pick(facts.Scene.Effects);
        return $"{opener} {statement} {effect}";
    }

    /// <summary>Every fifth line belongs to the held-out set.</summary>
    private string Pick(SampleRandom random, string[] lines) => templates switch
    {
        TemplateSet.Training => random.Pick([.. lines.Where((_, i) => i % 5 != 4)]),
        TemplateSet.HeldOut => random.Pick([.. lines.Where((_, i) => i % 5 == 4)]),
        _ => throw new InvalidOperationException($"Unknown template set {templates}."),
    };
}
