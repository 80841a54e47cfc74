using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Cafe.Cluster.Containers;

/// <summary>A client without our stubs, as grpcurl is one: it asks the gateway what its messages look like, and writes and reads bytes by the answer.</summary>
internal static class GenericClient
{
    private const string Service = "cafe.v1.GatewayService";
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(value => value, value => value);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Generates a picture, and returns it with the names of the events that came, in order.</summary>
    public static async Task<(byte[] Picture, IReadOnlyList<string> Events)> GenerateAsync(Uri gateway, byte[] subject, string text, int steps)
    {
        using var channel = GrpcChannel.ForAddress(gateway, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var method = (await DescribeAsync(channel)).Methods.Single(found => found.Name == "Generate");
        var asked = method.InputType;
        var request = Message(
            (asked.FindFieldByName("subject"), Message((asked.FindFieldByName("subject").MessageType.FindFieldByName("data"), subject))),
            (asked.FindFieldByName("text"), System.Text.Encoding.UTF8.GetBytes(text)),
            (asked.FindFieldByName("options"), Message((asked.FindFieldByName("options").MessageType.FindFieldByName("steps"), steps))));

        var raw = new Method<byte[], byte[]>(MethodType.ServerStreaming, Service, method.Name, Bytes, Bytes);
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(raw, null, new CallOptions(cancellationToken: Cancel), request);
        var (picture, events) = (Array.Empty<byte>(), new List<string>());
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Cancel))
        {
            var (field, value) = Fields(method.OutputType, answer).Single();
            events.Add(field.Name);
            if (field.Name == "image")
            {
                // The picture's bytes are the longest that the event has, in whatever field.
                picture = Fields(field.MessageType, value).Select(part => part.Value).MaxBy(part => part.Length)!;
            }
        }

        return (picture, events);
    }

    private static async Task<ServiceDescriptor> DescribeAsync(GrpcChannel channel)
    {
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = Service }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var files = call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto.ToDictionary(file => FileDescriptorProto.Parser.ParseFrom(file).Name);
        await call.RequestStream.CompleteAsync();

        // Imports before what imports them.
        var ordered = new List<ByteString>();
        while (files.Count > 0)
        {
            var next = files.First(file => !FileDescriptorProto.Parser.ParseFrom(file.Value).Dependency.Any(files.ContainsKey));
            ordered.Add(next.Value);
            files.Remove(next.Key);
        }

        return FileDescriptor.BuildFromByteStrings(ordered).SelectMany(file => file.Services).Single(service => service.FullName == Service);
    }

    // A message of the fields given: an int as a varint, bytes with their length.
    private static byte[] Message(params (FieldDescriptor Field, object Value)[] fields)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            foreach (var (field, value) in fields)
            {
                output.WriteTag(field.FieldNumber, value is int ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited);
                if (value is int number)
                {
                    output.WriteInt32(number);
                }
                else
                {
                    output.WriteBytes(ByteString.CopyFrom((byte[])value));
                }
            }
        }

        return memory.ToArray();
    }

    // The fields of a message that have a length; a field that the description lacks fails.
    private static List<(FieldDescriptor Field, byte[] Value)> Fields(MessageDescriptor message, byte[] bytes)
    {
        var fields = new List<(FieldDescriptor, byte[])>();
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is > 0 and var tag)
        {
            var field = message.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag)) ?? throw new InvalidDataException($"{message.FullName} has no field {WireFormat.GetTagFieldNumber(tag)}.");
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                fields.Add((field, input.ReadBytes().ToByteArray()));
            }
            else
            {
                input.SkipLastField();
            }
        }

        return fields;
    }
}
