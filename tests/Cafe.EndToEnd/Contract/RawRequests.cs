using Cafe.EndToEnd.Running;
using Cafe.Testing.Processes;
using Cafe.Packs.Manifest;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.EndToEnd.Contract;

/// <summary>The bytes of a small valid request of each type.</summary>
internal sealed class RawRequests(PackManifest manifest)
{
    public byte[] Of(string type) => (type switch
    {
        "cafe.v1.EncodeRequest" => (IMessage)Encode(),
        "cafe.v1.EncodeStreamRequest" => new EncodeStreamRequest { Id = "one", Request = Encode() },
        "cafe.v1.EncodeTextRequest" => new EncodeTextRequest { Texts = { "a beach" } },
        "cafe.v1.RespondRequest" => new RespondRequest { Subject = Subject(), Turns = { new Turn { Role = Role.User, Text = "a beach" } }, Options = new TextOptions { MaxTokens = 4 } },
        "cafe.v1.DiffuserServiceGenerateRequest" => new DiffuserServiceGenerateRequest { Subject = Subject(), Semantic = Semantic(), Options = new DiffusionOptions { Steps = 2 } },
        "cafe.v1.GenerateRequest" => Asking.Request(2),
        "cafe.v1.GenerateBatchRequest" => new GenerateBatchRequest { Item = new BatchItem { Id = "one", Request = Asking.Request(2) } },
        _ => new GetPackRequest(), // the others ask without saying anything
    }).ToByteArray();

    public Embedding Subject() => Values(manifest.Diffuser.Conditioning.Subject.Tokens, manifest.Diffuser.Conditioning.Subject.Width);

    public Embedding Semantic() => Values(manifest.Diffuser.Conditioning.Semantic.Width);

    private static EncodeRequest Encode() => new() { Image = Asking.Picture(2), Kinds = { EmbeddingKind.Subject, EmbeddingKind.Image } };

    private static Embedding Values(params int[] shape) => new()
    {
        Tensor = new Tensor { DataType = DataType.Float32, Shape = { shape.Select(length => (long)length) }, Data = ByteString.CopyFrom(new byte[4 * shape.Aggregate((all, length) => all * length)]) },
    };
}
