namespace Cafe.Training.Conversations;

/// <summary>The parts that wishes are put together from in training. None gives a held-out line of <see cref="GrammarTemplates"/>.</summary>
internal static class GrammarCompositions
{
    private static readonly string[] Subjects = ["{s} {w}", "{s} {w}", "{s} {w}", "the {n} {w}", "my {n} {w}", "this {n}, {w}"];

    public static readonly Composition[] Captions =
    [
        new(
            ["", "", "a ", "one ", "my ", "another ", "some "],
            ["", "", "", "little ", "nice ", "large ", "fresh ", "simple ", "quiet ", "{x} "],
            ["picture of ", "view of ", "shot of ", "portrait of ", "illustration of ", "poster with ", "banner showing ", "setting with ", "story about ", "print with ", "cover featuring ", "page about ", "still of ", "version of ", "{x} of ", "{x} with ", "{x} for "],
            Subjects),
    ];

    public static readonly Composition[] Instructions =
    [
        new(
            ["", "", "", "please ", "now ", "just ", "kindly ", "go ahead and ", "then ", "quickly ", "for once, ", "at last ", "{x}, "],
            [
                "depict ", "portray ", "display ", "present ", "picture ", "place ", "put ", "set ", "show ", "draw ", "paint ", "produce ", "feature ", "photograph ", "{x} ", "{x} me ",
                "produce a view of ", "prepare a picture of ", "make me an illustration of ", "give us a portrait of ", "bring me a shot of ", "craft a poster with ", "build a card around ", "fetch an image of ", "{x} a picture of ", "{x} us the {x} of ",
            ],
            Subjects,
            [".", ".", "!", ", please."]),
        new(
            ["I ", "we ", "my sister ", "our class ", "my neighbour ", "everyone here ", "the whole team ", "they "],
            [
                "would like ", "would love ", "would enjoy ", "could use ", "asked for ", "hoped for ", "must have ", "wished for ", "had in mind ", "voted for ", "would like to look at ", "would love a picture of ", "could use an image of ",
                "hoped for a view of ", "wanted a poster with ", "once saw ", "will need ", "would {x} ", "would like to {x} ", "thought of ",
            ],
            Subjects,
            [".", ".", "!", ""]),
    ];

    public static readonly Composition[] Questions =
    [
        new(
            ["can ", "could ", "would ", "will "],
            ["you ", "you ", "we ", "somebody ", "your brush ", "this program "],
            ["", "", "please ", "perhaps ", "maybe ", "also ", "kindly ", "{x} "],
            ["draw ", "paint ", "show ", "depict ", "present ", "get ", "produce ", "make a portrait of ", "do a version of ", "find a way to show ", "come up with ", "try ", "arrange ", "{x} ", "{x} an image of "],
            Subjects,
            ["?", "?", " please?", ", if that works?"]),
        new(
            ["is it ", "would it be ", "might it be ", "will it be ", "are you "],
            ["okay ", "fine ", "easy ", "hard ", "fun ", "free ", "allowed ", "wise ", "ready ", "{x} "],
            ["to draw ", "to show ", "to have ", "to paint ", "to see ", "to place ", "to put ", "to send me ", "to {x} "],
            Subjects,
            ["?"]),
        new(
            ["when ", "how ", "where "],
            ["can I ", "do we ", "will they ", "could she "],
            ["find ", "get ", "see ", "show ", "{x} ", "meet "],
            Subjects,
            ["?"]),
    ];
}
