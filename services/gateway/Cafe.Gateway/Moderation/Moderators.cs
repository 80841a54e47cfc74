using Cafe.Gateway.Telemetry;

namespace Cafe.Gateway.Moderation;

/// <summary>All moderators as one; none registered: everything passes. One that fails withholds: moderation never fails open.</summary>
public sealed class Moderators(IEnumerable<IModerator> moderators, GatewayMetrics metrics, ILogger<Moderators> logger)
{
    private readonly IModerator[] _texts = [.. moderators.Where(moderator => moderator.ReviewsTexts)];
    private readonly IModerator[] _pictures = [.. moderators.Where(moderator => moderator.ReviewsPictures)];

    /// <summary>Texts are looked at.</summary>
    public bool ReviewsTexts => _texts.Length > 0;

    /// <summary>Pictures are looked at.</summary>
    public bool ReviewsPictures => _pictures.Length > 0;

    /// <summary>Whether a text of a request may pass.</summary>
    public Task<bool> AllowsTextAsync(string requestId, ModeratedKind kind, string text, CancellationToken cancellationToken) =>
        AllAsync(_texts, requestId, kind, moderator => moderator.AllowsTextAsync(kind, text, cancellationToken), cancellationToken);

    /// <summary>Whether a picture of a request may pass.</summary>
    public Task<bool> AllowsPictureAsync(string requestId, ModeratedKind kind, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        AllAsync(_pictures, requestId, kind, moderator => moderator.AllowsPictureAsync(kind, file, cancellationToken), cancellationToken);

    private async Task<bool> AllAsync(IModerator[] asked, string requestId, ModeratedKind kind, Func<IModerator, ValueTask<bool>> ask, CancellationToken cancellationToken)
    {
        foreach (var moderator in asked)
        {
            if (!await AskAsync(moderator, requestId, kind, ask, cancellationToken))
            {
                metrics.Filtered(kind.ToString().ToLowerInvariant());
                return false;
            }
        }

        return true;
    }

    private async ValueTask<bool> AskAsync(IModerator moderator, string requestId, ModeratedKind kind, Func<IModerator, ValueTask<bool>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(moderator);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ModerationFailed(logger, requestId, kind.ToString().ToLowerInvariant(), failure.Message);
            return false;
        }
    }
}
