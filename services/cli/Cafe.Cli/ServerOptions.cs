using System.CommandLine;
using Cafe.Cli.Embedded;
using Cafe.Client;
using Spectre.Console;

namespace Cafe.Cli;

/// <summary>Options that say which gateway to call; without --server the whole system is started in this process.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> _server = new("--server") { Description = "A gateway's gRPC address, http://host:port or https://host:port. Default: everything runs in this process." };
    private readonly Option<string?> _apiKey = new("--api-key") { Description = "The gateway's API key. Default: CAFE_API_KEY." };
    private readonly Option<string?> _pack = new("--pack") { Description = "The pack to serve where no server is named. Default: CAFE_PACK, or the mini pack." };
    private readonly Option<double> _timeout = new("--timeout") { Description = "Longest call in seconds; of a batch, longest time for an item.", DefaultValueFactory = _ => 1800 };

    public void AddTo(Command command)
    {
        command.Add(_server);
        command.Add(_apiKey);
        command.Add(_pack);
        command.Add(_timeout);
    }

    /// <summary>Connects, starting the embedded system where no server is named.</summary>
    public async Task<ServerConnection> ConnectAsync(ParseResult result, IAnsiConsole status, CancellationToken cancellationToken)
    {
        var options = new CafeClientOptions
        {
            ApiKey = result.GetValue(_apiKey) ?? Environment.GetEnvironmentVariable("CAFE_API_KEY"),
            Timeout = TimeSpan.FromSeconds(result.GetValue(_timeout)),
        };
        if (result.GetValue(_server) is { } server)
        {
            return Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? new ServerConnection(new CafeClient(address, options), null)
                : throw new CliException($"--server must be http://host:port or https://host:port, not '{server}'.");
        }

        var pack = PackFolder.Find(result.GetValue(_pack));
        status.MarkupLineInterpolated($"[grey]Starting the services with the pack {Path.GetFileName(pack)} ...[/]");
        var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack }, cancellationToken);
        return new ServerConnection(new CafeClient(system.Gateway, options), system);
    }
}
