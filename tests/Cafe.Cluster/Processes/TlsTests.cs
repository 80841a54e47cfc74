using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cafe.Cluster.Charts;
using Cafe.EmbeddedRedis;
using Cafe.Testing;
using Cafe.Testing.Processes;
using k8s.Models;

namespace Cafe.Cluster.Processes;

/// <summary>The environment that the chart gives with TLS on makes processes that speak TLS to each other, and refuse who has no certificate.</summary>
[Collection(ProcessTests.Name)]
public sealed class TlsTests(TinyPack pack)
{
    private const string Mount = "/tls/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_WithTheTlsExamplesEnvironment_PassesEveryStageOverTls()
    {
        Helm.SkipUnlessPresent();
        LoopbackCluster.SkipUnlessPossible();
        var folder = Directory.CreateTempSubdirectory("cafe-tls-").FullName;
        try
        {
            WriteSecret(folder);
            var chart = RenderedChart.Of("tls", "gateway.apiKeys.existingSecret=");
            using var redis = EmbeddedGarnet.Start();
            using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 1, Cancel, settings: component => Settings(chart, component, folder));

            var picture = Path.Combine(folder, "subject.png");
            await File.WriteAllBytesAsync(picture, Asking.Picture(1).Data.ToByteArray(), Cancel);
            using var cafe = OwnResolver.Run(cluster.ResolvConf, "env",
            [
                $"SSL_CERT_FILE={Path.Combine(folder, "ca.crt")}", Dotnet.Program, Path.Combine(AppContext.BaseDirectory, "Cafe.Cli.dll"), "generate", "--server", $"https://{cluster.Gateway.Authority}",
                "--image", picture, "--text", "in the snow", "--steps", "2", "--out", Path.Combine(folder, "out"),
            ]);
            cafe.Start();
            Assert.True(await cafe.WaitAsync(TimeSpan.FromMinutes(3)) == 0, cafe.Log);
            Assert.Single(Directory.GetFiles(Path.Combine(folder, "out"), "*.png"));

            // A stage's port is no place for whoever is not the gateway.
            using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
            using var uninvited = new HttpRequestMessage(HttpMethod.Post, new UriBuilder(cluster.Encoder.Pods[0].Address) { Scheme = "https" }.Uri) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(uninvited, Cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Whatever of the component's environment is about TLS, with the Secret where this test has it.
    private static IEnumerable<string> Settings(RenderedChart chart, string component, string folder) =>
        chart.All<V1Deployment>().Single(deployment => deployment.Metadata.Labels["app.kubernetes.io/component"] == component)
            .Spec.Template.Spec.Containers.Single().Env
            .Where(variable => variable.Name.Contains("Tls__", StringComparison.Ordinal))
            .Select(variable => $"--{variable.Name.Replace("__", ":", StringComparison.Ordinal)}={variable.Value.Replace(Mount, folder + "/", StringComparison.Ordinal)}");

    /// <summary>tls.crt, tls.key and ca.crt of one certificate for every Service's name, as the Secret has them.</summary>
    private static void WriteSecret(string folder)
    {
        using var authority = TestCertificates.Authority();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cafe", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var component in Helm.Components)
        {
            names.AddDnsName($"{component}.cafe.test");
        }

        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
