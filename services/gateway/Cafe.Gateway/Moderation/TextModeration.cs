using Cafe.Gateway.Pipeline;

namespace Cafe.Gateway.Moderation;

/// <summary>Moderates replies.</summary>
internal sealed class TextModeration(Moderators moderators)
{
    /// <summary>A reply begins.</summary>
    public ModeratedText Begin(GenerationScope scope) => new(scope.Run, moderators);
}
