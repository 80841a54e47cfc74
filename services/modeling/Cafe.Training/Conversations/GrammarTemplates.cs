namespace Cafe.Training.Conversations;

/// <summary>
/// The wording. {s} is the subject ("this fire engine"), {n} its bare name, {w} what is wanted of it ("wearing a crown on the beach, as a
/// pencil sketch"), {h} a hint at the place, {c} what changes. Every fifth line of a list is held out for evaluation.
/// </summary>
internal static class GrammarTemplates
{
    public static readonly string[] Captions =
    [
        "{n} {w}", "a picture of {s} {w}", "{s} {w}", "an image of {s} {w}", "a photo of {s} {w}", "{n}, {w}", "my {n} {w}", "one picture of my {n} {w}", "the {n} {w}", "a scene with the {n} {w}",
    ];

    public static readonly string[] Instructions =
    [
        "Generate an image for {s} {w}.", "Put {s} {w}.", "Draw {s} {w}.", "Show {s} {w}.", "Create a picture of {s} {w}.",
        "Please make an image of {s} {w}.", "Paint {s} {w}.", "Make a picture of {s} {w}, please.", "I want to see {s} {w}.", "Please show me {s} {w}.",
        "I would like {s} {w}.", "Give me a picture of {s} {w}.", "Place {s} {w}.", "I need an image of {s} {w}.", "Let me see {s} {w}.",
    ];

    public static readonly string[] Questions =
    [
        "Can you generate an image for {s} {w}?", "Could you draw {s} {w}?", "Can you show me {s} {w}?", "Would you paint {s} {w}?", "Can I have a picture of {s} {w}?",
        "Could you please put {s} {w}?", "How would {s} look {w}?", "What would {s} look like {w}?", "Can you make a picture of {s} {w}?", "Could I see {s} {w}?",
        "Do you think you could show {s} {w}?", "Can you imagine {s} {w}?", "May I see {s} {w}?", "Is it possible to see {s} {w}?", "Would it be possible to draw {s} {w}?",
    ];

    public static readonly string[] Hinted =
    [
        "Show {s} {h}.", "I want to see {s} {h}.", "Can you put {s} {h}?", "Draw {s} {h}, please.", "Could you place {s} {h}?",
        "Take {s} {h}.", "I would love to see {s} {h}.", "Please bring {s} {h}.", "Make a picture of {s} {h}.", "Can {s} be {h}?",
    ];

    public static readonly string[] Vague =
    [
        "I want to generate something creative, can you help me?", "Surprise me.", "Make something beautiful with it.", "I have no idea, what do you suggest?", "Do whatever you like.",
        "Can you make something interesting from this picture?", "Show me something unexpected.", "I need a nice picture, you choose.", "Be creative!", "Can you think of something fun?",
        "Make it look special.", "Something cool, please.", "What can you do with this?", "I would like a new picture of it, but I don't know which.", "Pick a place for it.",
        "Give me an idea.", "Make something nice with {s}.", "Could you do something fun with {s}?", "Please surprise me with {s}.", "What would you do with {s}?",
        "Can you help me to make a postcard?", "I want a picture for my wall.", "Show me {s} in a new way.", "I feel like a bit of magic.", "Invent something for {s}.",
    ];

    public static readonly string[] FollowUps =
    [
        "now {c} instead", "Now {c}, please.", "And {c}?", "Great, now {c}.", "Can you show it {c}?",
        "The same, but {c}.", "Nice! How about {c}?", "Could you make it {c} instead?", "I like it. Now {c}, please.", "What about {c}?",
        "Good, but I would rather have it {c}.", "Change it: {c}.", "Lovely. And now {c}?", "Please try it {c}.", "Can I have it {c} as well?",
    ];

    public static readonly string[] Openers =
    [
        "Sure!", "Of course!", "With pleasure.", "Happy to help!", "Certainly.", "Here you go!", "Good idea!", "Gladly.", "No problem!", "What a nice wish!",
    ];

    public static readonly string[] Ideas =
    [
        "How about this?", "Let me suggest something.", "Here is an idea!", "I have an idea!", "Let me surprise you.", "Let us try this.", "I would love to choose.", "Here is my suggestion.", "Let me think of something.", "Why not this?",
    ];

    public static readonly string[] Changes =
    [
        "Sure, let me change that.", "Of course, here is the new version.", "Good idea, I changed it.", "Certainly, with that change.", "Gladly, here is another one.",
    ];

    /// <summary>{s} is "your fire engine" or "your subject"; {w} what the picture shows.</summary>
    public static readonly string[] Statements =
    [
        "I drew {s} {w}.", "The picture shows {s} {w}.", "I made a picture of {s} {w}.", "I placed {s} {w}.", "You will see {s} {w}.", "This is an image of {s} {w}.", "I painted {s} {w}.", "Here I show {s} {w}.", "My picture shows {s} {w}.", "I imagined {s} {w}.",
    ];

    /// <summary>Where a place is meant, by the scene's name: said by a user who does not name it.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Hints = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["beach"] = ["somewhere warm by the water", "on holiday by the ocean", "where one can build sand castles"],
        ["forest"] = ["somewhere green and quiet", "where the mushrooms grow", "among oaks and pines"],
        ["snow"] = ["somewhere cold", "in january", "where one can ski"],
        ["city"] = ["between lit windows", "where the towers shine", "in new york after dark"],
        ["desert"] = ["somewhere hot and dry", "where camels live", "where water is rare"],
        ["underwater"] = ["below the waves", "where the fish live", "down with the divers"],
        ["space"] = ["far away from earth", "where the astronauts float", "between the planets"],
        ["meadow"] = ["somewhere full of blossoms", "in spring", "where the bees are busy"],
        ["sunset"] = ["in the last light of the day", "where the sun goes down", "in the evening with peaks behind"],
        ["room"] = ["somewhere cosy indoors", "next to a sofa", "where I watch television"],
        ["rain"] = ["where umbrellas are needed", "in bad weather", "between the puddles"],
        ["stage"] = ["in the spotlight", "where actors stand", "in front of red curtains"],
        ["autumn"] = ["in october", "where the leaves turn orange", "in the golden season"],
        ["library"] = ["where people read", "among old novels", "where students are quiet"],
    };
}
