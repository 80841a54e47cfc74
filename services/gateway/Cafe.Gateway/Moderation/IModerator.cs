namespace Cafe.Gateway.Moderation;

/// <summary>Decides what may pass. Register one to moderate in the process; any number may be registered, all must agree.</summary>
public interface IModerator
{
    /// <summary>Looks at texts.</summary>
    bool ReviewsTexts { get; }

    /// <summary>Looks at pictures.</summary>
    bool ReviewsPictures { get; }

    /// <summary>Whether a text may pass.</summary>
    ValueTask<bool> AllowsTextAsync(ModeratedKind kind, string text, CancellationToken cancellationToken);

    /// <summary>Whether a picture, an encoded file, may pass.</summary>
    ValueTask<bool> AllowsPictureAsync(ModeratedKind kind, ReadOnlyMemory<byte> file, CancellationToken cancellationToken);
}
