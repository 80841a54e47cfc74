namespace Cafe.Modeling.Building;

/// <summary>Words that the made-up tokenizers know whole, and letter combinations to fill a vocabulary of any size with.</summary>
internal static class SyntheticWords
{
    /// <summary>What requests and replies are made of.</summary>
    public static IReadOnlyList<string> Common { get; } =
    [
        "a", "an", "the", "of", "in", "on", "with", "and", "is", "it", "this", "that", "for", "to", "my", "your", "you", "I", "can", "Can", "please", "draw", "make", "show", "me",
        "image", "picture", "photo", "generate", "create", "something", "want", "here", "Here", "subject", "people", "help", "what", "will", "one", "red", "blue", "hat", "dog", "cat",
        "cup", "beach", "night", "snow", "garden", "wearing", "sitting", "painting", "style", "light",
    ];

    /// <summary>aa, ab, ..., zz, aaa, ... without end; every one but its last letter comes before it.</summary>
    public static IEnumerable<string> Combinations()
    {
        List<string> shorter = [.. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}")];
        while (true)
        {
            List<string> longer = [.. shorter.SelectMany(text => Enumerable.Range('a', 26).Select(letter => $"{text}{(char)letter}"))];
            foreach (var text in longer)
            {
                yield return text;
            }

            shorter = longer;
        }
    }
}
