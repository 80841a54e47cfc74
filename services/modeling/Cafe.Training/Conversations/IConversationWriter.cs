namespace Cafe.Training.Conversations;

/// <summary>Writes the words for a picture.</summary>
public interface IConversationWriter
{
    /// <summary>The conversation of one sample, or null where nothing usable came out.</summary>
    /// <param name="facts">What the picture shows.</param>
    /// <param name="seed">The data set's seed.</param>
    /// <param name="number">The sample's number; together with the seed it decides the wording.</param>
    /// <param name="cancellation">Stops the writing.</param>
    ValueTask<Conversation?> WriteAsync(PictureFacts facts, ulong seed, long number, CancellationToken cancellation);
}
