using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cafe.Client;

/// <summary>A Cafe gateway: a picture and some words in, pictures and a reply out. Thread-safe; keep one for the whole program.</summary>
public sealed class CafeClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CafeClientOptions _options;

    /// <summary>A client of the gateway at an address; nothing is connected yet.</summary>
    /// <param name="address"><c>http://host:port</c> or <c>https://host:port</c> of the gRPC port. All addresses of the host are used in turn.</param>
    /// <param name="options">How to reach it.</param>
    public CafeClient(Uri address, CafeClientOptions? options = null)
    {
        _options = options ?? new CafeClientOptions();
        _channel = GatewayChannel.Open(address, _options);
        Gateway = new GatewayService.GatewayServiceClient(_channel);
    }

    /// <summary>The generated client on the same channel, for what this class doesn't offer; it neither retries nor re-attaches.</summary>
    public GatewayService.GatewayServiceClient Gateway { get; }

    /// <summary>
    /// Generates. The stream survives a gateway that dies: the call is made again with the same key and seeds and goes on where
    /// it was. Ends with <see cref="CafeEvent.Done"/>. Leaving the loop early, or cancelling, ends the call at once; the gateway
    /// can't tell that from a lost connection and works on for a grace time (30 seconds by default), counted against the caller's
    /// limits, before it stops.
    /// </summary>
    /// <exception cref="CafeException">It was refused or failed, no gateway could be reached for too long, or the pack changed on the way (ABORTED).</exception>
    public IAsyncEnumerable<CafeEvent> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken = default) =>
        GenerateAsync(request, _options.Timeout, cancellationToken);

    /// <summary>Generates within a time of its own.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="timeout">Longest call, above 0; <see cref="CafeClientOptions.Timeout"/> where that is shorter.</param>
    /// <param name="cancellationToken">Ends the call; the work after the gateway's grace time.</param>
    public IAsyncEnumerable<CafeEvent> GenerateAsync(GenerateRequest request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return new ReattachingCall(Gateway, _options, request, timeout < _options.Timeout ? timeout : _options.Timeout).RunAsync(cancellationToken);
    }

    /// <summary>Generates from a picture's file and a text.</summary>
    /// <param name="picture">A JPEG, PNG or WebP file.</param>
    /// <param name="text">What the user wants.</param>
    /// <param name="drawing">How to draw; null: the pack's defaults.</param>
    /// <param name="cancellationToken">Ends the call; the work after the gateway's grace time.</param>
    public IAsyncEnumerable<CafeEvent> GenerateAsync(ReadOnlyMemory<byte> picture, string text, DiffusionOptions? drawing = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(new GenerateRequest { Subject = new Image { Data = ByteString.CopyFrom(picture.Span) }, Text = text, Options = drawing }, cancellationToken);

    /// <summary>Generates, and waits for everything.</summary>
    public async Task<CafeResult> GenerateToEndAsync(GenerateRequest request, CancellationToken cancellationToken = default)
    {
        var pictures = new SortedDictionary<int, CafePicture>();
        GenerateSummary? summary = null;
        await foreach (var what in GenerateAsync(request, cancellationToken))
        {
            if (what is CafeEvent.Finished finished)
            {
                pictures[finished.Picture.Index] = finished.Picture;
            }
            else if (what is CafeEvent.Done done)
            {
                summary = done.Summary;
            }
        }

        return new CafeResult(summary!.Reply, [.. pictures.Values], summary);
    }

    /// <summary>
    /// Generates for many items through one stream with a window, and over a new stream where one breaks. Results come as items
    /// finish; one that fails is a result too, and one that failed for now is sent again as the gateway asks. Enumerating slowly slows the reading of items.
    /// </summary>
    /// <param name="items">Read as the window has room; ids of 1 to 128 characters, each once.</param>
    /// <param name="window">Items in the work at once, 1 to 64.</param>
    /// <param name="cancellationToken">Ends the call; the work on items under way after the gateway's grace time.</param>
    /// <exception cref="CafeException">The whole batch was refused, or no gateway could be reached for too long.</exception>
    public IAsyncEnumerable<CafeBatchResult> GenerateBatchAsync(IAsyncEnumerable<CafeBatchItem> items, int window = 8, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, 64);
        return new BatchCall(Gateway, _options, window).RunAsync(items, cancellationToken);
    }

    /// <summary>What is served.</summary>
    /// <exception cref="CafeException">It could not be asked.</exception>
    public async Task<GetPackResponse> GetPackAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await Gateway.GetPackAsync(
                new GetPackRequest(), await Credentials.HeadersAsync(_options, cancellationToken), DateTime.UtcNow + _options.Timeout, cancellationToken);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failure)
        {
            throw new CafeException(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
