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

    private bool IsTraining => templates == TemplateSet.Training;

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

    private Conversation Direct(PictureFacts facts, SampleRandom random, ConversationKind kind, Wording wording)
    {
        var (text, named) = Wished(facts, random, wording);
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
        var idea = random.Pick(GrammarTemplates.Ideas).Replace("{p}", GrammarTemplates.Places[facts.Scene.Name], StringComparison.Ordinal);
        return new Conversation(ConversationKind.Vague, [new ChatTurn(ChatTurn.User, text)], Reply(facts, random, idea, named), named, facts.Description);
    }

    /// <summary>A first wish that differs from the picture in one thing, its reply, and the wish that changes it.</summary>
    private Conversation FollowUp(PictureFacts facts, SampleRandom random)
    {
        var (first, change, isWhole) = Before(facts, random);
        var kind = random.Chance(0.5) ? GrammarTemplates.Instructions : GrammarTemplates.Questions;
        var (opening, named) = Wished(first, random, kind);
        var answer = Reply(first, random, random.Pick(GrammarTemplates.Openers), named);
        var wish = Tidy(isWhole ? change : Pick(random, GrammarTemplates.FollowUps).Replace("{c}", change, StringComparison.Ordinal), random);
        return new Conversation(
            ConversationKind.FollowUp,
            [new ChatTurn(ChatTurn.User, opening), new ChatTurn(ChatTurn.Assistant, answer), new ChatTurn(ChatTurn.User, wish)],
            Reply(facts, random, random.Pick(GrammarTemplates.Changes), named), named, facts.Description);
    }

    // What was wished for first, and what changes it: a few words, or a whole sentence.
    private (PictureFacts First, string Change, bool IsWhole) Before(PictureFacts facts, SampleRandom random)
    {
        if (facts.Accessory is { } accessory && random.Chance(0.5))
        {
            return IsTraining && random.Chance(0.4)
                ? (facts with { Accessory = null }, random.Pick(GrammarTemplates.Additions).Replace("{a}", GrammarTemplates.Worn[accessory.Name][0], StringComparison.Ordinal), true)
                : (facts with { Accessory = null }, Worn(accessory, random), false);
        }

        if (facts.Look is { } look && random.Chance(0.5))
        {
            return (facts with { Look = null }, Rendered(look, random), false);
        }

        if (facts.Accessory is null && random.Chance(0.12))
        {
            var worn = random.Pick(AccessoryCatalog.All);
            return (facts with { Accessory = worn }, $"without the {worn.Name}", false);
        }

        var scene = random.Pick([.. SceneCatalog.All.Where(other => other.Name != facts.Scene.Name)]);
        return (facts with { Scene = scene }, facts.Scene.Name == "city" && random.Chance(0.3) ? "at night" : Where(facts.Scene, random), false);
    }

    private (string Text, bool Named) Wished(PictureFacts facts, SampleRandom random, Wording wording)
    {
        if (IsTraining && facts is { Accessory: { } accessory, Look: null } && random.Chance(0.25))
        {
            return Ask(facts, random, Placed(GrammarTemplates.Dressings).Replace("{a}", GrammarTemplates.Worn[accessory.Name][0], StringComparison.Ordinal), "");
        }

        if (IsTraining && facts is { Accessory: null, Look: { } look } && random.Chance(0.25))
        {
            return Ask(facts, random, Placed(GrammarTemplates.Renderings).Replace("{l}", GrammarTemplates.Rendered[look.Name][0], StringComparison.Ordinal), "");
        }

        return Ask(facts, random, Pick(random, wording), Wish(facts, random));

        string Placed(string[] lines) => random.Pick(lines).Replace("{p}", Where(facts.Scene, random), StringComparison.Ordinal);
    }

    private (string Text, bool Named) Ask(PictureFacts facts, SampleRandom random, string template, string wish, string hint = "")
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

    /// <summary>People greet, and write carelessly: sometimes without capitals or the last stop.</summary>
    private string Tidy(string text, SampleRandom random)
    {
        text = text.Trim();
        if (IsTraining && random.Chance(0.2))
        {
            text = text.TrimEnd('.', '!', '?') + random.Pick(GrammarTemplates.Closings) + (text[^1] is '.' or '!' or '?' ? text[^1..] : "");
        }

        if (IsTraining && random.Chance(0.2))
        {
            text = random.Pick(GrammarTemplates.Greetings) + text;
        }

        if (random.Chance(0.25))
        {
            return text.ToLowerInvariant().TrimEnd('.', '!');
        }

        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private string Where(IScene scene, SampleRandom random) => IsTraining && random.Chance(0.25) ? random.Pick(GrammarTemplates.Hints[scene.Name])
        : random.Chance(0.45) ? scene.Phrase
        : random.Pick(scene.Synonyms);

    private string Worn(IAccessory accessory, SampleRandom random) => IsTraining && random.Chance(0.5) ? random.Pick(GrammarTemplates.Worn[accessory.Name][1..]) : accessory.Phrase;

    private string Rendered(ILook look, SampleRandom random) => IsTraining && random.Chance(0.5) ? random.Pick(GrammarTemplates.Rendered[look.Name][1..]) : look.Phrase;

    private string Wish(PictureFacts facts, SampleRandom random)
    {
        var place = Where(facts.Scene, random);
        var worn = facts.Accessory is null ? null : Worn(facts.Accessory, random);
        var wish = worn is null ? place : random.Chance(0.5) ? $"{worn} {place}" : $"{place}, {worn}";
        if (facts.Look is null)
        {
            return wish;
        }

        var rendered = Rendered(facts.Look, random);
        return random.Chance(0.5) ? $"{wish}, {rendered}" : $"{wish} {rendered}";
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

    private string Pick(SampleRandom random, Wording wording) =>
        IsTraining && wording.Composed is { } composed && random.Chance(0.5) ? random.Pick(composed).Draw(random) : random.Pick(wording.Of(templates));
}
