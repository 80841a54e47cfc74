using Cafe.Cli.Embedded;
using Cafe.Client;

namespace Cafe.Cli;

/// <summary>A client and, where it was started for it, the system behind it.</summary>
internal sealed class ServerConnection(CafeClient client, EmbeddedSystem? system) : IAsyncDisposable
{
    /// <summary>The client.</summary>
    public CafeClient Client => client;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (system is not null)
        {
            await system.DisposeAsync();
        }
    }
}
