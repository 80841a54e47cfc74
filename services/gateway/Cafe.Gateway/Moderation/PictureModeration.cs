using Google.Protobuf;

namespace Cafe.Gateway.Moderation;

/// <summary>Moderates drawn pictures.</summary>
internal sealed class PictureModeration(Moderators moderators)
{
    /// <summary>Pictures are looked at; previews are then kept back, they would pass unseen.</summary>
    public bool Enabled => moderators.ReviewsPictures;

    /// <summary>Whether a picture of a request may pass.</summary>
    public Task<bool> AllowsAsync(string requestId, ByteString file, CancellationToken cancellationToken) =>
        moderators.AllowsPictureAsync(requestId, ModeratedKind.Picture, file.Memory, cancellationToken);
}
