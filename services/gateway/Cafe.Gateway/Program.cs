using Cafe.Gateway;

await GatewayHost.Build(args).RunAsync();
