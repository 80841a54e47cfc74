namespace Cafe.Training.Conversations;

/// <summary>
/// The wording. {s} is the subject ("this fire engine"), {n} its bare name, {w} what is wanted of it ("wearing a crown on the beach, as a
/// pencil sketch"), {h} a hint at the place, {c} what changes. Held-out lines stay as they are, and what they are filled with, so that figures of one pack can be compared with those of another.
/// </summary>
internal static class GrammarTemplates
{
    public static readonly Wording Captions = new(
        [
            "{n} {w}", "a picture of {s} {w}", "{s} {w}", "an image of {s} {w}", "{n}, {w}", "my {n} {w}", "one picture of my {n} {w}", "the {n} {w}", "just {n} {w}", "a drawing: {n} {w}", "{n} - {w}",
            "painting of my {n}, {w}", "postcard with {s} {w}", "picture of {n} {w}", "{s}, {w}", "{w}: {n}", "the same {n} {w}",
            "{w}, {n}", "{n} ({w})", "one {n} {w}", "{n}. {w}", "wanted: {n} {w}", "quick picture of {s} {w}", "{s} now {w}", "two things: {n}, {w}", "wallpaper: my {n} {w}", "a cover with the {n} {w}", "art of {s} {w}",
            "{n} again, {w}", "a snapshot of my {n} {w}", "print of the {n}, {w}", "sticker: {n} {w}", "{n} but {w}",
        ],
        ["a photo of {s} {w}", "a scene with the {n} {w}"],
        GrammarCompositions.Captions);

    public static readonly Wording Instructions = new(
        [
            "Generate an image for {s} {w}.", "Put {s} {w}.", "Draw {s} {w}.", "Show {s} {w}.", "Please make an image of {s} {w}.", "Paint {s} {w}.", "Make a picture of {s} {w}, please.", "I want to see {s} {w}.",
            "I would like {s} {w}.", "Give me a picture of {s} {w}.", "Place {s} {w}.", "I need an image of {s} {w}.", "Move {s}: I want it {w}.", "Picture {s} {w}.", "My son wants {s} {w}.", "We would like to have {s} {w}.",
            "Send me {s} {w}.", "Design a card with {s} {w}.", "Set {s} {w}.", "Render {s} {w}.", "I wish I could see {s} {w}.", "I am looking for {s} {w}.", "Now draw {s} {w}.", "It would be great to see {s} {w}.",
            "Make {s} appear {w}.", "Try {s} {w}.", "Tell a story with {s} {w}.", "One more time: {s} {w}.", "Take a photograph of {s} {w}.",
            "Leave {s} {w}.", "Have {s} {w}.", "Get me {s} {w}.", "I want {s}, and I want it {w}.", "Take {s}; show it {w}.", "Do one of {s} {w}.", "Compose a picture with {s} {w}.", "Go on and draw {s} {w}.", "It is about {s}: show it {w}.",
            "Here is my {n}. Please draw it {w}.", "This is my {n}. I want it {w}.", "We are looking for a picture that shows {s} {w}.", "Illustrate {s} {w}.", "Please let {s} be {w}.", "My boss asked for {s} {w}.", "My friends dream of {s} {w}.",
        ],
        ["Create a picture of {s} {w}.", "Please show me {s} {w}.", "Let me see {s} {w}."],
        GrammarCompositions.Instructions);

    public static readonly Wording Questions = new(
        [
            "Can you generate an image for {s} {w}?", "Could you draw {s} {w}?", "Can you show me {s} {w}?", "Would you paint {s} {w}?", "Could you please put {s} {w}?", "How would {s} look {w}?", "What would {s} look like {w}?",
            "Can you make a picture of {s} {w}?", "Do you think you could show {s} {w}?", "Can you imagine {s} {w}?", "May I see {s} {w}?", "Is it possible to see {s} {w}?", "Is there a way to have {s} {w}?", "What if {s} were {w}?",
            "Why not {s} {w}?", "Do you have {s} {w}?", "Can we see {s} {w}?", "Shall we try {s} {w}?", "How about {s} {w}?", "Could it be {s} {w}?", "Would {s} look good {w}?", "Will you draw {s} {w}?", "Can {s} be shown {w}?",
            "Could we have {s} {w}?", "Would you mind drawing {s} {w}?", "Can somebody show me {s} {w}?", "Any chance of {s} {w}?", "Have you got {s} {w}?", "Did you ever draw {s} {w}?", "Could {s} go {w}?", "Are you able to put {s} {w}?",
            "May I have {s} {w}?", "Could you do {s} {w}?", "You see {s}? Can you show it {w}?",
        ],
        ["Can I have a picture of {s} {w}?", "Could I see {s} {w}?", "Would it be possible to draw {s} {w}?"],
        GrammarCompositions.Questions);

    public static readonly Wording Hinted = new(
        [
            "Show {s} {h}.", "I want to see {s} {h}.", "Can you put {s} {h}?", "Draw {s} {h}, please.", "Take {s} {h}.", "I would love to see {s} {h}.", "Please bring {s} {h}.", "Make a picture of {s} {h}.", "{n} {h}", "{s} {h}",
            "What about {s} {h}?", "Send {s} {h}.", "I imagine {s} {h}.", "Would {s} fit {h}?", "Let {s} be {h}.",
            "I wonder how {s} looks {h}.", "Move {s} {h}.", "{n}, {h}", "Could {s} live {h}?", "Let us see {s} {h}.", "{s} belongs {h}.", "Can you take {s} {h}?",
        ],
        ["Could you place {s} {h}?", "Can {s} be {h}?"]);

    public static readonly Wording Vague = new(
        [
            "I want to generate something creative, can you help me?", "Surprise me.", "Make something beautiful with it.", "I have no idea, what do you suggest?", "Can you make something interesting from this picture?",
            "Show me something unexpected.", "I need a nice picture, you choose.", "Be creative!", "Make it look special.", "Something cool, please.", "What can you do with this?", "I would like a new picture of it, but I don't know which.",
            "Give me an idea.", "Make something nice with {s}.", "Could you do something fun with {s}?", "Please surprise me with {s}.", "Can you help me to make a postcard?", "I want a picture for my wall.", "Show me {s} in a new way.",
            "I feel like a bit of magic.", "Anything.", "You decide where {s} goes.", "Somewhere nice.", "I leave it to you.", "Find a good background for {s}.", "What is your favourite place for {s}?", "Where would you put {s}?",
            "My grandmother likes {s}, make her a present.", "Think of a place that suits {s}.", "A new picture, please.", "Take {s} on a trip.", "Any suggestions for {s}?", "Make my day.", "Choose something for {s}.",
            "Dream something up.", "Make me smile.", "I can't decide, please help.", "What would be pretty?", "Something for a calendar with {s}.", "Show what you can do with {s}.", "Just something new.", "Which place is good for {s}?",
            "A nice gift with {s}, please.", "Send {s} somewhere.", "I trust your taste.",
        ],
        ["Do whatever you like.", "Can you think of something fun?", "Pick a place for it.", "What would you do with {s}?", "Invent something for {s}."]);

    public static readonly Wording FollowUps = new(
        [
            "now {c} instead", "Now {c}, please.", "And {c}?", "Great, now {c}.", "The same, but {c}.", "Nice! How about {c}?", "Could you make it {c} instead?", "I like it. Now {c}, please.", "Good, but I would rather have it {c}.",
            "Change it: {c}.", "Lovely. And now {c}?", "Please try it {c}.", "Once more, {c}.", "Hm, {c} would be better.", "Perfect! Next one {c}.", "Keep it, but {c}.", "Let it be {c} this time.", "{c}?", "Can we also see it {c}?",
            "Thanks. I also want it {c}.", "Make another one {c}.",
            "Wonderful. {c} next?", "Fine, but {c} please.", "And the same {c}.", "Make the next one {c}.", "Would it also work {c}?", "Better {c}.", "Again, but {c}.", "I changed my mind: {c}.",
        ],
        ["Can you show it {c}?", "What about {c}?", "Can I have it {c} as well?"]);

    /// <summary>Wishes for an accessory, {a}, at a place, {p}.</summary>
    public static readonly string[] Dressings =
    [
        "Give {s} {a}, {p}.", "Put {a} on {s}, {p}.", "Can {s} have {a}? It should be {p}.", "Dress {s} up with {a}, {p}.", "Add {a} to {s} {p}.", "{n} + {a}, {p}", "I want {a} for {s}, and a picture of it {p}.", "{p}, {s} has {a}.",
        "Let {s} have {a} {p}.", "What would {s} look like {p} if it had {a}?",
    ];

    /// <summary>Wishes for a look, {l}, at a place, {p}.</summary>
    public static readonly string[] Renderings =
    [
        "Turn {s} into {l}, {p}.", "Make {l} of {s} {p}.", "{l} of {s} {p}", "I need {l} that shows {s} {p}.", "Can I get {l} with {s} {p}?", "{n} {p}, in the style of {l}", "Draw {l}: {s} {p}.", "{s} {p}, but as {l}",
    ];

    /// <summary>Turns that add an accessory, {a}.</summary>
    public static readonly string[] Additions = ["Give it {a}.", "Add {a}, please.", "Can it have {a}?", "It needs {a}!", "Put {a} on it.", "And {a}, please.", "What if it had {a}?"];

    /// <summary>Said before a wish.</summary>
    public static readonly string[] Greetings = ["Hi! ", "Hello, ", "Hello! ", "Hey, ", "Good morning! ", "OK, ", "Well, ", "Hi there, ", "Dear assistant, ", "I have a question. ", "Good evening. "];

    /// <summary>Said after one.</summary>
    public static readonly string[] Closings = [" please", ", please", " thanks", ", thank you", " if you can", ", that would be nice", " for a card", " for my website", " for my children", " as soon as possible", " today"];

    public static readonly string[] Openers =
    [
        "Sure!", "Of course!", "With pleasure.", "Happy to help!", "Certainly.", "Here you go!", "Good idea!", "Gladly.", "No problem!", "What a nice wish!",
    ];

    /// <summary>
    /// {p} is a place of <see cref="Places"/>. It is chosen in one word here: were the first choice one between "in", "on" and "under", a low temperature would nearly always choose the word that most
    /// places begin with.
    /// </summary>
    public static readonly string[] Ideas =
    [
        "How about {p}?", "Let me suggest {p}.", "My idea is {p}!", "I have an idea: {p}!", "Let me surprise you with {p}.", "Let us try {p}.", "I would choose {p}.", "My suggestion is {p}.", "I thought of {p}.", "Why not {p}?",
    ];

    /// <summary>What a scene is called as a place to suggest, by its name.</summary>
    public static readonly IReadOnlyDictionary<string, string> Places = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["beach"] = "the beach",
        ["forest"] = "the forest",
        ["snow"] = "the snow",
        ["city"] = "the city at night",
        ["desert"] = "the desert",
        ["underwater"] = "the coral reef",
        ["space"] = "the galaxy",
        ["meadow"] = "the flower meadow",
        ["sunset"] = "the mountains at sunset",
        ["room"] = "the living room",
        ["rain"] = "the rain",
        ["stage"] = "the stage",
        ["autumn"] = "the autumn park",
        ["library"] = "the library",
    };

    public static readonly string[] Changes =
    [
        "Sure, let me change that.", "Of course, here is the new version.", "Good idea, I changed it.", "Certainly, with that change.", "Gladly, here is another one.",
    ];

    /// <summary>{s} is "your fire engine" or "your subject"; {w} what the picture shows.</summary>
    public static readonly string[] Statements =
    [
        "I drew {s} {w}.", "The picture shows {s} {w}.", "I made a picture of {s} {w}.", "I placed {s} {w}.", "You will see {s} {w}.", "This is an image of {s} {w}.", "I painted {s} {w}.", "Here I show {s} {w}.", "My picture shows {s} {w}.", "I imagined {s} {w}.",
    ];

    /// <summary>Other words for what is worn or held, by the accessory's name; the thing itself comes first.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Worn = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["party hat"] = ["a party hat", "with a party hat", "in a party hat", "that wears a party hat", "with a pointed party hat", "with a colourful hat for a party"],
        ["crown"] = ["a crown", "wearing a crown", "with a crown", "with a golden crown", "in a golden crown", "crowned with gold"],
        ["sunglasses"] = ["sunglasses", "with sunglasses", "in sunglasses", "with a pair of sunglasses", "with dark glasses", "behind sunglasses"],
        ["balloon"] = ["a balloon", "with a balloon", "that holds a balloon", "carrying a balloon", "and a balloon", "with a balloon on a string"],
        ["bow tie"] = ["a bow tie", "with a bow tie", "in a bow tie", "with a big bow tie on", "dressed in a bow tie", "that wears a bow tie"],
    };

    /// <summary>Other words for how it is rendered, by the look's name; the thing itself comes first.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Rendered = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["pencil sketch"] = ["a pencil sketch", "drawn in pencil", "as a pencil drawing", "as a sketch", "in pencil", "sketched by hand"],
        ["sepia"] = ["an old sepia photograph", "in sepia", "as an old photograph", "in sepia tones", "like a photograph from long ago", "as a sepia print"],
        ["pixel mosaic"] = ["pixel art", "as a pixel mosaic", "in pixels", "like an old video game", "made of big pixels", "in a pixel style"],
    };

    /// <summary>Where a place is meant, by the scene's name: said by a user who does not name it.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Hints = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["beach"] = ["somewhere warm by the water", "on holiday by the ocean", "where one can build sand castles", "where the waves come in", "on the coast in summer", "where people swim and lie in the sun", "between shells and palms"],
        ["forest"] = ["somewhere green and quiet", "where the mushrooms grow", "among oaks and pines", "where the owls sleep", "on a path between the trees", "where foxes and deer live"],
        ["snow"] = ["somewhere cold", "in january", "where one can ski", "where one can build an igloo", "on white hills", "when it is freezing", "at christmas"],
        ["city"] = ["between lit windows", "where the towers shine", "in new york after dark", "among tall buildings in the dark", "where the neon lights are", "under street lamps"],
        ["desert"] = ["somewhere hot and dry", "where camels live", "where water is rare", "on the way to the pyramids", "on endless yellow sand", "next to a cactus"],
        ["underwater"] = ["below the waves", "where the fish live", "down with the divers", "next to a sunken ship", "where the sharks swim", "between fish and bubbles"],
        ["space"] = ["far away from earth", "where the astronauts float", "between the planets", "next to the moon", "where rockets fly", "on the way to mars"],
        ["meadow"] = ["somewhere full of blossoms", "in spring", "where the bees are busy", "between daisies and poppies", "on green grass in the sun", "where the butterflies are"],
        ["sunset"] = ["in the last light of the day", "where the sun goes down", "in the evening with peaks behind", "when the sky turns red", "below glowing mountain tops", "at dusk in the mountains"],
        ["room"] = ["somewhere cosy indoors", "next to a sofa", "where I watch television", "on the carpet at my place", "in front of the fireplace", "between the armchairs"],
        ["rain"] = ["where umbrellas are needed", "in bad weather", "between the puddles", "under grey clouds", "where one gets wet", "on a grey, wet afternoon"],
        ["stage"] = ["in the spotlight", "where actors stand", "in front of red curtains", "before an audience", "where the play begins", "at the opera"],
        ["autumn"] = ["in october", "where the leaves turn orange", "in the golden season", "between red and yellow trees", "when the leaves come down", "in november"],
        ["library"] = ["where people read", "among old novels", "where students are quiet", "between shelves of stories", "where one borrows novels", "in a reading room"],
    };
}
