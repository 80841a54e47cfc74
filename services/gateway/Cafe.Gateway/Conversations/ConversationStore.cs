using System.Security.Cryptography;
using System.Text;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Idempotency;
using Cafe.Gateway.Storage;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Conversations;

/// <summary>
/// Conversations kept for callers: the turns and the picture, each under a key of its own so that a turn doesn't write the
/// picture again. Callers can't see each other's: the caller's id is part of the key.
/// </summary>
public sealed class ConversationStore(IGatewayStore store, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(250);
    private readonly ConversationOptions _options = options.Value.Conversations;
    private readonly LimitOptions _limits = options.Value.Limits;

    /// <summary>Begins the next turn, or the first one.</summary>
    /// <exception cref="NotReadyException">The store is down: what was said before can't be known.</exception>
    /// <exception cref="NotFoundException">There is no such conversation (any more), and no picture to start one with.</exception>
    /// <exception cref="ConversationBusyException">Another turn takes too long.</exception>
    /// <exception cref="InvalidRequestException">The conversation is full, or the picture too large to keep.</exception>
    public async Task<ConversationTurn> BeginAsync(string caller, GenerateRequest request, CancellationToken cancellationToken)
    {
        if (request.Subject is { } sent && sent.Data.Length > _options.MaxImageBytes)
        {
            throw new InvalidRequestException("subject.data", $"a conversation keeps a picture of at most {_options.MaxImageBytes} bytes, not {sent.Data.Length}");
        }

        var key = KeyOf(caller, request.ConversationId);
        var lease = await GuardAsync(() => TakeAsync(key, request.ConversationId, cancellationToken));
        try
        {
            return await GuardAsync(() => ReadAsync(lease, key, NameOf(request), request, cancellationToken));
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Keeps the turn and its reply, and the conversation for another while. A turn without a reply keeps the picture alone. Kept
    /// again, after its gateway died in between, it takes the place that it has.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It could not be kept.</exception>
    public async Task CommitAsync(ConversationTurn turn, string? reply, CancellationToken cancellationToken)
    {
        var expiry = TimeSpan.FromSeconds(_options.ExpiresAfterSeconds);
        var before = turn.Turns.Count - 1;
        IReadOnlyList<Turn> turns = string.IsNullOrWhiteSpace(reply)
            ? [.. turn.Turns.Take(before)]
            : [.. turn.Turns, new Turn { Role = Role.Assistant, Text = reply }];

        if (turn.HasNewSubject || !await store.ExtendAsync(SubjectKey(turn.Key), expiry, cancellationToken))
        {
            await store.SetAsync(SubjectKey(turn.Key), turn.Subject.Data.Memory, expiry, cancellationToken);
        }

        await store.SetAsync(TurnsKey(turn.Key), new KeptConversation(turns, turn.Name, before).ToBytes(), expiry, cancellationToken);
    }

    private async Task<StoreLease> TakeAsync(string key, string id, CancellationToken cancellationToken)
    {
        var expiry = TimeSpan.FromSeconds(_options.LeaseSeconds);
        var started = time.GetTimestamp();
        while (true)
        {
            if (await StoreLease.TryTakeAsync(store, key + ":turn", expiry, time, cancellationToken) is { } lease)
            {
                return lease;
            }

            // A gateway that died in a turn holds the claim until it expires.
            if (time.GetElapsedTime(started) > expiry + BusyPoll)
            {
                throw new ConversationBusyException(id);
            }

            await Task.Delay(BusyPoll, time, cancellationToken);
        }
    }

    private async Task<ConversationTurn> ReadAsync(StoreLease lease, string key, string name, GenerateRequest request, CancellationToken cancellationToken)
    {
        var turns = new List<Turn>();
        var subject = request.Subject;
        var kept = await store.GetAsync(TurnsKey(key), cancellationToken) is { } bytes ? KeptConversation.Parse(bytes) : null;
        if (kept is not null)
        {
            turns.AddRange(kept.TurnsBefore(name));
        }

        if (subject is null)
        {
            // A picture whose turns were lost is no conversation: going on would forget what was said without a word.
            var picture = kept is null ? null : await store.GetAsync(SubjectKey(key), cancellationToken);
            subject = picture is not null
                ? new Image { Data = UnsafeByteOperations.UnsafeWrap(picture) }
                : throw new NotFoundException(
                    "CONVERSATION_NOT_FOUND",
                    $"conversation_id: there is no conversation {request.ConversationId}, or it has expired. Send subject to start it.");
        }

        turns.Add(new Turn { Role = Role.User, Text = request.Text });
        Check(turns);
        return new ConversationTurn(lease, key, name, subject, request.Subject is not null, kept?.BeganWith(name) ?? true, turns);
    }

    private void Check(List<Turn> turns)
    {
        if (turns.Count > _limits.MaxTurns)
        {
            throw new InvalidRequestException("conversation_id", $"a conversation has at most {_limits.MaxTurns} turns, this would be the {turns.Count}th; start another one");
        }

        var characters = turns.Sum(turn => (long)turn.Text.Length);
        if (characters > _limits.MaxConversationCharacters)
        {
            throw new InvalidRequestException("conversation_id", $"a conversation has at most {_limits.MaxConversationCharacters} characters, not {characters}; start another one");
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (StoreUnavailableException failure)
        {
            throw new NotReadyException($"conversation_id: conversations can't be read now. {failure.Message} Send the turns instead, or try again.", RetryDelay, failure);
        }
    }

    // Hashed: callers' ids may hold anything, and the braces keep a conversation's keys on one node of a cluster.
    private static string KeyOf(string caller, string id) =>
        $"conv:{{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{id}")))}}}";

    // Only what has a key can come a second time; the hash has the key in it.
    private static string NameOf(GenerateRequest request) =>
        request.IdempotencyKey.Length > 0 ? RequestHash.Of(request) : RandomNumberGenerator.GetHexString(64, lowercase: true);

    private static string TurnsKey(string key) => key + ":turns";

    private static string SubjectKey(string key) => key + ":subject";
}
