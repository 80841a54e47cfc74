using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults;
using Cafe.Testing;
using Cafe.V1;
using Grpc.Net.Client;

namespace Cafe.Gateway.Tests.Access;

public sealed class TlsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetPack_OverTls_BothPortsSpeakTheirProtocolWhicheverIsCalledFirst(bool jsonFirst)
    {
        var folder = Directory.CreateTempSubdirectory("cafe-tls");
        using var authority = TestCertificates.Authority();
        using var server = TestCertificates.Issue(authority, "localhost", folder.FullName, "server");
        await using var system = await TestSystem.StartAsync(
            [$"Listen:Tls:CertificatePath={folder.FullName}/server.pem", $"Listen:Tls:KeyPath={folder.FullName}/server.key"]);
        using var http = new HttpClient(Trusting(server)) { BaseAddress = system.Json };
        using var channel = GrpcChannel.ForAddress(system.Gateway.CafeAddresses().Grpc, new GrpcChannelOptions { HttpHandler = Trusting(server), DisposeHttpClient = true });
        var client = new GatewayService.GatewayServiceClient(channel);
        Func<Task>[] calls =
        [
            async () => Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v1/pack")).StatusCode),
            async () => Assert.Equal(3, (await client.GetPackAsync(new GetPackRequest())).Stages.Count),
        ];

        foreach (var call in jsonFirst ? calls : calls.Reverse())
        {
            await call();
        }

        folder.Delete(recursive: true);
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 server)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == server.Thumbprint;
        return handler;
    }
}
