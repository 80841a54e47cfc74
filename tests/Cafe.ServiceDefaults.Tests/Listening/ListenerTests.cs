using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cafe.Testing;
using Cafe.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.Options;

namespace Cafe.ServiceDefaults.Tests.Listening;

public sealed class ListenerTests
{
    [Fact]
    public async Task HealthPort_ApiCall_IsRefused()
    {
        await using var host = await TestHost.Start();
        var client = new EncoderService.EncoderServiceClient(host.Channel(host.Addresses.Health));

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.EncodeAsync(new EncodeRequest()));

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task MetricsPort_OtherPath_IsNotFound()
    {
        await using var host = await TestHost.Start();
        using var http = new HttpClient();

        var answer = await http.GetAsync(new Uri(host.Addresses.Metrics, "/cafe.v1.EncoderService/Encode"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Reflection_GrpcPort_ListsTheServices()
    {
        await using var host = await TestHost.Start();
        using var call = new ServerReflection.ServerReflectionClient(host.Channel(host.Addresses.Grpc)).ServerReflectionInfo();

        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext());

        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Contains("cafe.v1.EncoderService", names);
    }

    [Fact]
    public async Task Start_BadAddress_SaysWhich()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.Start(settings: "--Listen:Address=everywhere"));

        Assert.Contains("everywhere", error.Message);
    }

    [Fact]
    public async Task Start_CertificateWithoutKey_Fails()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.Start(settings: "--Listen:Tls:CertificatePath=/nowhere.pem"));

        Assert.Contains("KeyPath", error.Message);
        Assert.Contains("no file /nowhere.pem", error.Message);
    }

    [Fact]
    public async Task Tls_ClientAuthority_AdmitsOnlyItsCertificates()
    {
        var folder = Directory.CreateTempSubdirectory("cafe-tls");
        try
        {
            using var authority = TestCertificates.Authority();
            var server = TestCertificates.Issue(authority, "localhost", folder.FullName, "server");
            using var client = TestCertificates.Issue(authority, "gateway", folder.FullName, "client");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ca.pem"), authority.ExportCertificatePem());
            await using var host = await TestHost.Start(settings: [
                $"--Listen:Tls:CertificatePath={folder.FullName}/server.pem", $"--Listen:Tls:KeyPath={folder.FullName}/server.key",
                $"--Listen:Tls:ClientCaPath={folder.FullName}/ca.pem"]);

            using var known = TlsChannel(host.Addresses.Grpc, server, client);
            using var stranger = TlsChannel(host.Addresses.Grpc, server, null);

            Assert.Equal("https", host.Addresses.Grpc.Scheme);
            await new EncoderService.EncoderServiceClient(known).EncodeAsync(new EncodeRequest());
            var error = await Assert.ThrowsAsync<RpcException>(async () =>
                await new EncoderService.EncoderServiceClient(stranger).EncodeAsync(new EncodeRequest()));
            Assert.True(error.StatusCode is StatusCode.Unavailable or StatusCode.Internal, error.Status.Detail);
            Assert.Equal("http", host.Addresses.Health.Scheme);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static GrpcChannel TlsChannel(Uri address, X509Certificate2 server, X509Certificate2? client)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == server.Thumbprint;
        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [client];
        }

        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}
