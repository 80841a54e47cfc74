using Cafe.Inference.Sessions;
using Cafe.Modeling.Building;
using Cafe.Packs.Graphs;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Modeling.Tests.Building;

public sealed class TinyPackTests : IClassFixture<TinyPackTests.Built>
{
    private readonly PackFolder pack;

    public TinyPackTests(Built built) => pack = built.Pack;

    [Fact]
    public void Build_Tiny_UnderThreeMegabytesAndComplete()
    {
        Assert.InRange(new DirectoryInfo(pack.Root).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 0, 3_000_000);
        Assert.False(pack.Manifest.Trained);
        foreach (var part in new[] { pack.Manifest.Parts.Encoder, pack.Manifest.Parts.Assistant, pack.Manifest.Parts.Diffuser })
        {
            pack.CheckFiles(part);
            Assert.All(part.Files, file => Assert.Equal(file, PackHash.Describe(pack.Root, file.Path)));
        }

        Assert.True(File.Exists(Path.Combine(pack.Root, "samples", "subject.png")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(pack.Root, "licenses")));
    }

    [Fact]
    public void Build_SameSeed_SameFingerprints()
    {
        using var folder = new ScratchFolder();
        var again = SynthPack.Build(folder.Path, ModelPreset.Tiny);
        Assert.Equal(pack.Manifest.Parts.Diffuser.Fingerprint, again.Parts.Diffuser.Fingerprint);
        Assert.Equal(pack.Manifest.Parts.Encoder.Fingerprint, again.Parts.Encoder.Fingerprint);
        Assert.Equal(pack.Manifest.Parts.Assistant.Fingerprint, again.Parts.Assistant.Fingerprint);
    }

    [Theory]
    [InlineData(PackPrecision.Fp32)]
    [InlineData(PackPrecision.Fp16)]
    [InlineData(PackPrecision.Int4)]
    public void Build_EveryPrecision_GraphsAnswerTheContract(PackPrecision precision)
    {
        using var folder = new ScratchFolder();
        SynthPack.Build(folder.Path, ModelPreset.Tiny, options: new PackBuildOptions(Precision: precision));
        var built = PackFolder.Open(folder.Path);
        var sessions = new SessionFactory(new SessionSettings { Threads = 1 });
        foreach (var contract in GraphContracts.Of(built.Manifest))
        {
            using var session = sessions.Open(built.PathOf(contract.Path));
            Assert.Empty(contract.Differences(session.Inputs.Select(Port), session.Outputs.Select(Port)));
        }

        static GraphPort Port(TensorInfo info) => new(info.Name, TypeOf(info.Type), [.. info.Shape.Select(size => (long)size)]);

        static GraphPortType TypeOf(TensorElementType type) => type switch
        {
            TensorElementType.Float => GraphPortType.Float32,
            TensorElementType.Float16 => GraphPortType.Float16,
            TensorElementType.Int32 => GraphPortType.Int32,
            TensorElementType.Int64 => GraphPortType.Int64,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No port has this type."),
        };
    }

    [Fact]
    public void Encode_PackTokenizers_WordsOfRequestsAreWhole()
    {
        var llama = new SentencePieceTokenizer(SentencePieceModel.Read(pack.PathOf(pack.Manifest.Assistant.Tokenizer.Path)));
        var ids = llama.Encode("Can you draw the dog on the beach");
        Assert.Equal(8, ids.Count);
        Assert.Equal("Can you draw the dog on the beach", llama.Decode(ids));
        var text = pack.Manifest.Encoder.Text!;
        var clip = ClipTokenizer.Read(pack.PathOf(text.Vocab), pack.PathOf(text.Merges));
        Assert.Equal(639, clip.EndId);
    }

    [Theory]
    [InlineData(354)]
    [InlineData(32000)]
    public void Create_AnyVocabulary_ExactlyThatManyPieces(int size) =>
        Assert.Equal(size, SentencePieceModel.Parse(SyntheticSentencePiece.Create(size)).Count);

    public sealed class Built : IDisposable
    {
        private readonly ScratchFolder folder = new();

        public Built()
        {
            SynthPack.Build(folder.Path, ModelPreset.Tiny);
            Pack = PackFolder.Open(folder.Path);
        }

        public PackFolder Pack { get; }

        public void Dispose() => folder.Dispose();
    }
}
