using Cafe.Gateway.Storage;
using Cafe.V1;

namespace Cafe.Gateway.Conversations;

/// <summary>A turn under way in a kept conversation: nobody else's turn comes between until it is disposed of.</summary>
public sealed class ConversationTurn : IAsyncDisposable
{
    private readonly StoreLease _lease;

    internal ConversationTurn(StoreLease lease, string key, string name, Image subject, bool newSubject, bool started, IReadOnlyList<Turn> turns)
    {
        _lease = lease;
        Key = key;
        Name = name;
        Subject = subject;
        HasNewSubject = newSubject;
        Started = started;
        Turns = turns;
    }

    /// <summary>The conversation's picture, or the one that this turn brought.</summary>
    public Image Subject { get; }

    /// <summary>The conversation so far and the new turn.</summary>
    public IReadOnlyList<Turn> Turns { get; }

    /// <summary>There was no such conversation before.</summary>
    public bool Started { get; }

    internal string Key { get; }

    /// <summary>64 hex characters, the same when a turn with an idempotency key is asked for again.</summary>
    internal string Name { get; }

    internal bool HasNewSubject { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();
}
