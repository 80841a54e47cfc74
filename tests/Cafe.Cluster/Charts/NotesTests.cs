namespace Cafe.Cluster.Charts;

/// <summary>What Helm tells whoever installs the chart: addresses that answer as they are said to, and a command that works.</summary>
public sealed class NotesTests
{
    [Fact]
    public void Notes_WithoutTls_NamePlainAddresses()
    {
        Helm.SkipUnlessPresent();
        var notes = Helm.Notes("cpu");
        Assert.DoesNotContain("TLS)", notes, StringComparison.Ordinal);
        Assert.Contains("--server http://localhost:8080", notes, StringComparison.Ordinal);
        Assert.Contains("No API keys are configured", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("CAFE_API_KEY", notes, StringComparison.Ordinal);
        Assert.Contains("without TLS and without a password", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_WithTlsAndKeys_SayWhatACallerNeeds()
    {
        Helm.SkipUnlessPresent();
        var notes = Helm.Notes("tls");
        Assert.Contains("gRPC:  demo-cafe-gateway.cafe.svc:8080 (TLS)", notes, StringComparison.Ordinal);
        Assert.Contains("JSON:  demo-cafe-gateway.cafe.svc:8082 (TLS)", notes, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE=ca.crt dotnet run", notes, StringComparison.Ordinal);
        Assert.Contains("--server https://demo-cafe-gateway.cafe.svc:8080", notes, StringComparison.Ordinal);
        Assert.Contains("CAFE_API_KEY=", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("bundled", notes, StringComparison.Ordinal);
    }

    /// <summary>A Service says what its ports speak, to a mesh or an ingress that asks.</summary>
    [Theory]
    [InlineData("cpu", "kubernetes.io/h2c", "http")]
    [InlineData("tls", "https", "https")]
    public void Services_Ports_SayWhatTheySpeak(string example, string grpc, string json)
    {
        Helm.SkipUnlessPresent();
        var ports = RenderedChart.Of(example).All<k8s.Models.V1Service>().SelectMany(service => service.Spec.Ports).ToList();
        Assert.Equal(5, ports.Count(port => port.Name == "grpc"));
        Assert.All(ports.Where(port => port.Name == "grpc"), port => Assert.Equal(grpc, port.AppProtocol));
        Assert.Equal(json, ports.Single(port => port.Name == "json").AppProtocol);
    }
}
