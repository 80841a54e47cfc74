namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// A checkpoint that can't be used: damaged, hostile, of an unsupported form, or with other tensors than its configuration asks for.
/// The message names the file or tensor, the rule and the value; it is fit to be shown to whoever supplied the file.
/// </summary>
public sealed class CheckpointException : Exception
{
    private const int MaxLength = 1 << 16;

    public CheckpointException(string message)
        : base(Clean(message))
    {
    }

    public CheckpointException(string message, Exception inner)
        : base(Clean(message), inner)
    {
    }

    // Names come from the file: neither their length nor their control characters may reach a log or a terminal.
    private static string Clean(string message) =>
        string.Concat(message.Take(MaxLength).Select(letter => char.IsControl(letter) && letter != '\n' ? '\uFFFD' : letter));
}
