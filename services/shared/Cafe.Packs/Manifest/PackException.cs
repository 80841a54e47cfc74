namespace Cafe.Packs.Manifest;

/// <summary>A pack that can't be served: its manifest or files break the format. The message names the field or file, the rule and the value.</summary>
public sealed class PackException : Exception
{
    private const int MaxLength = 1 << 14;

    public PackException(string message)
        : base(Clean(message))
    {
    }

    public PackException(string message, Exception inner)
        : base(Clean(message), inner)
    {
    }

    // Values come from the manifest: neither their length nor their control characters may reach a log or a terminal.
    private static string Clean(string message) =>
        string.Concat(message.Take(MaxLength).Select(letter => char.IsControl(letter) && letter != '\n' ? '\uFFFD' : letter));
}
