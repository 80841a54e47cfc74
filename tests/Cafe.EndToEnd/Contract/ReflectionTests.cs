using System.Text;
using System.Text.Json;
using Cafe.Cli.Embedded;
using Cafe.Client;
using Cafe.EndToEnd.Running;
using Cafe.Testing.Processes;
using Cafe.Packs.Manifest;
using Cafe.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Cafe.EndToEnd.Contract;

/// <summary>What a client without our stubs sees: it asks the services what they have, and sends and gets bytes that are what the descriptors say.</summary>
public sealed class ReflectionTests(TinyPack pack) : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(value => value, value => value);
    private static readonly FileDescriptor[] Built = [GatewayReflection.Descriptor, EncoderReflection.Descriptor, AssistantReflection.Descriptor, DiffuserReflection.Descriptor];
    private readonly RawRequests _raw = new(ManifestReader.ReadFolder(pack.Folder));
    private EmbeddedSystem _system = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack.Folder }, Cancel);

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task EveryMethodOfEveryService_OverReflectionAndRawBytes_Answers()
    {
        var seen = new List<string>();
        foreach (var (name, addresses) in _system.Addresses)
        {
            using var channel = GrpcChannel.ForAddress(addresses.Grpc);
            foreach (var method in await MethodsOf(channel))
            {
                await Call(channel, method);
                seen.Add($"{name} {method.Name}");
            }
        }

        Assert.Equal(
            ["assistant GetAssistantInfo", "assistant Respond", "diffuser Generate", "diffuser GetDiffuserInfo", "encoder Encode", "encoder EncodeStream", "encoder EncodeText", "encoder GetEncoderInfo", "gateway Generate", "gateway GenerateBatch", "gateway GetPack"],
            seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Generate_OverHttp_TranscodedStreamedAndDescribed()
    {
        using var http = new HttpClient { BaseAddress = _system.Json };
        var json = JsonFormatter.Default.Format(Asking.Request(1));
        foreach (var path in new[] { "/v1/generate", "/v1/generate/events" })
        {
            using var answer = await http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, text);
            Assert.Contains(path == "/v1/generate" ? "\"summary\"" : "event: summary", text, StringComparison.Ordinal);
            Assert.Contains("\"image\"", text.Replace("event: image", "\"image\"", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi.json", Cancel));
        Assert.True(document.RootElement.GetProperty("paths").TryGetProperty("/v1/generate", out _));
        var packed = JsonParser.Default.Parse<GetPackResponse>(await http.GetStringAsync("/v1/pack", Cancel));
        using var client = new CafeClient(_system.Gateway);
        Assert.Equal(await client.GetPackAsync(Cancel), packed);
    }

    [Fact]
    public async Task Generate_FieldThatNobodyKnows_IsIgnoredOverGrpcAndNamedOverJson()
    {
        using var channel = GrpcChannel.ForAddress(_system.Gateway);
        var generate = new Method<byte[], byte[]>(MethodType.ServerStreaming, "cafe.v1.GatewayService", "Generate", Bytes, Bytes);
        byte[] unknown = [0xfa, 0x7f, 3, 1, 2, 3]; // field 2047, three bytes
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(generate, null, new CallOptions(cancellationToken: Cancel), [.. Asking.Request(1).ToByteArray(), .. unknown]);
        Assert.True(await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel) > 2);

        using var http = new HttpClient { BaseAddress = _system.Json };
        var json = JsonFormatter.Default.Format(Asking.Request(1)).Replace("\"text\":", "\"txet\":", StringComparison.Ordinal);
        using var answer = await http.PostAsync("/v1/generate", new StringContent(json, Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("txet", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<MethodDescriptor>> MethodsOf(GrpcChannel channel)
    {
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Cancel);
        var listed = await Ask(call, new ServerReflectionRequest { ListServices = "" });
        var methods = new List<MethodDescriptor>();
        foreach (var service in listed.ListServicesResponse.Service.Where(service => service.Name.StartsWith("cafe.v1.", StringComparison.Ordinal)))
        {
            var files = await Ask(call, new ServerReflectionRequest { FileContainingSymbol = service.Name });
            var descriptors = FileDescriptor.BuildFromByteStrings(InOrder(files.FileDescriptorResponse.FileDescriptorProto));
            methods.AddRange(descriptors.SelectMany(file => file.Services).Single(found => found.FullName == service.Name).Methods);
        }

        await call.RequestStream.CompleteAsync();
        return methods;
    }

    // What the services say of themselves is what they were built from, and what they send is of that type to the last byte.
    private static void Read(MethodDescriptor method, IReadOnlyList<byte[]> answers)
    {
        var built = Built.SelectMany(file => file.MessageTypes).Single(message => message.FullName == method.OutputType.FullName);
        Assert.Equal(built.ToProto(), method.OutputType.ToProto());
        Assert.NotEmpty(answers);
        Assert.All(answers, answer =>
        {
            var message = built.Parser.ParseFrom(answer);
            Assert.NotEqual(0, message.CalculateSize());
            Assert.Equal(answer.Length, built.Parser.WithDiscardUnknownFields(true).ParseFrom(answer).CalculateSize());
        });
    }

    private static async Task<ServerReflectionResponse> Ask(AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call, ServerReflectionRequest request)
    {
        await call.RequestStream.WriteAsync(request, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        return call.ResponseStream.Current;
    }

    // Imports before what imports them.
    private static List<ByteString> InOrder(IEnumerable<ByteString> files)
    {
        var left = files.ToDictionary(file => FileDescriptorProto.Parser.ParseFrom(file).Name);
        var ordered = new List<ByteString>();
        while (left.Count > 0)
        {
            foreach (var (name, file) in left.Where(entry => !FileDescriptorProto.Parser.ParseFrom(entry.Value).Dependency.Any(left.ContainsKey)).ToList())
            {
                ordered.Add(file);
                left.Remove(name);
            }
        }

        return ordered;
    }

    private async Task Call(GrpcChannel channel, MethodDescriptor method)
    {
        var kind = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            _ => MethodType.DuplexStreaming,
        };
        var raw = new Method<byte[], byte[]>(kind, method.Service.FullName, method.Name, Bytes, Bytes);
        var (invoker, options) = (channel.CreateCallInvoker(), new CallOptions(cancellationToken: Cancel));
        var asks = _raw.Of(method.InputType.FullName);
        try
        {
            switch (kind)
            {
                case MethodType.Unary:
                    Read(method, [await invoker.AsyncUnaryCall(raw, null, options, asks)]);
                    break;
                case MethodType.ServerStreaming:
                    using (var call = invoker.AsyncServerStreamingCall(raw, null, options, asks))
                    {
                        Read(method, await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));
                    }

                    break;
                default:
                    using (var call = invoker.AsyncDuplexStreamingCall(raw, null, options))
                    {
                        await call.RequestStream.WriteAsync(asks, Cancel);
                        await call.RequestStream.CompleteAsync();
                        Read(method, await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));
                    }

                    break;
            }
        }
        catch (RpcException refused)
        {
            Assert.Fail($"{method.FullName}: {refused.Status}");
        }
    }
}
