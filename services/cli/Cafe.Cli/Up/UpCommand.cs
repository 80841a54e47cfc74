using System.CommandLine;
using Cafe.Cli.Embedded;
using Cafe.Cli.Terminal;
using Spectre.Console;

namespace Cafe.Cli.Up;

/// <summary><c>cafe up</c>: the whole system in one process.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var pack = new Option<string?>("--pack") { Description = "The pack to serve. Default: CAFE_PACK, or the mini pack." };
        var port = new Option<int>("--port") { Description = "The gateway's gRPC port; 0 takes a free one.", DefaultValueFactory = _ => 5000 };
        var json = new Option<int>("--json-port") { Description = "The gateway's JSON port; 0 takes a free one.", DefaultValueFactory = _ => 5080 };
        var listen = new Option<string>("--listen") { Description = "loopback, any or an IP address.", DefaultValueFactory = _ => "loopback" };
        var log = new Option<string>("--log") { Description = "Log level of the services.", DefaultValueFactory = _ => "Information" };
        var settings = new Option<string[]>("--set") { Description = "Configuration for the services, as Diffuser:MaxRows=8; may be repeated." };
        var command = new Command("up", "Run the gateway, all stages and an embedded Redis in this process.") { pack, port, json, listen, log, settings };
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var options = new EmbeddedOptions
            {
                Pack = PackFolder.Find(result.GetValue(pack)),
                GrpcPort = result.GetValue(port),
                JsonPort = result.GetValue(json),
                Listen = result.GetRequiredValue(listen),
                LogLevel = result.GetRequiredValue(log),
                Settings = [.. (result.GetValue(settings) ?? []).Select(setting => "--" + setting)],
            };
            await using var system = await EmbeddedSystem.StartAsync(options, cancellation);
            Print(consoles.Output, system, options.Pack);
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            consoles.Status.MarkupLine("[grey]Shutting down ...[/]");
            return 0;
        });
        return command;
    }

    private static void Print(TextWriter output, EmbeddedSystem system, string pack)
    {
        output.WriteLine($"pack       {pack}");
        output.WriteLine($"gateway    {system.Gateway}  (gRPC; reflection is on)");
        output.WriteLine($"json       {system.Json}  (POST /v1/generate, /v1/generate/events; GET /v1/pack, /openapi.json)");
        foreach (var (name, addresses) in system.Addresses)
        {
            output.WriteLine($"{name,-10} {addresses.Grpc}  health {addresses.Health}  metrics {new Uri(addresses.Metrics, "/metrics")}");
        }

        output.WriteLine($"redis      {system.Redis}");
        output.Flush();
    }
}
