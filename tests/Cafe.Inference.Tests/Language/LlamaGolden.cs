using System.Runtime.InteropServices;
using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Quantization;
using Cafe.Testing;

namespace Cafe.Inference.Tests.Language;

/// <summary>A tiny Llama of the reference with its inputs and outputs, opened as the engine serves it.</summary>
internal sealed class LlamaGolden : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-llama-").FullName;
    private readonly Checkpoint _weights;
    private readonly Checkpoint _io;
    private readonly List<IDisposable> _opened = [];

    public LlamaGolden(string name)
    {
        _weights = Checkpoint.Open(Path.GetDirectoryName(Goldens.Path(name, "config.json"))!);
        _io = Checkpoint.Open(Goldens.Path(name, "io.safetensors"));
        var config = CheckpointFolder.ReadConfig(Path.GetDirectoryName(Goldens.Path(name, "config.json"))!);
        Config = LlamaConfig.From(config) with { RotaryInBFloat16 = config.Text("dtype", "") == "bfloat16" }; // the reference was cast as a whole
        var table = Path.Combine(_folder, "embed_tokens.bin");
        var rows = _weights[Llama.EmbedTokens].ReadFloats();
        File.WriteAllBytes(table, MemoryMarshal.AsBytes(rows.AsSpan()).ToArray());
        Table = new EmbeddingTable(table, half: false, Config.VocabSize, Config.HiddenSize);
    }

    public LlamaConfig Config { get; }

    public EmbeddingTable Table { get; }

    public static SessionSettings Session { get; } = new() { Threads = 1 };

    public DecoderEngine Engine(DecoderSettings? settings = null, Int4Quantization int4 = Int4Quantization.None, bool half = false)
    {
        var graph = Llama.Cached(Config, GraphOptions.For(GraphTarget.Cpu, half), int4);
        var session = new SessionFactory(Session).Open("decoder", GraphWriter.ToBytes(graph, name => _weights[name]));
        var engine = new DecoderEngine(session, settings ?? new DecoderSettings(), Session, Config.MaxPositionEmbeddings);
        _opened.Add(engine);
        _opened.Add(session);
        return engine;
    }

    public ModelSession Plain(GraphTarget target = GraphTarget.Standard, bool half = false)
    {
        var session = new SessionFactory(Session).Open("llama", GraphWriter.ToBytes(Llama.Plain(Config, GraphOptions.For(target, half)), name => _weights[name]));
        _opened.Add(session);
        return session;
    }

    public int[] Ids(string name) => [.. _io[name].ReadFloats().Select(id => (int)id)];

    public float[] Floats(string name) => _io[name].ReadFloats();

    public long[] Shape(string name) => [.. _io[name].Shape];

    /// <summary>Prefills ids in chunks and answers the last token's output.</summary>
    public DecoderOutput Prefill(DecoderEngine engine, DecoderSlot slot, IReadOnlyList<int> ids)
    {
        DecoderOutput output = default;
        foreach (var chunk in ids.Chunk(engine.PrefillChunk))
        {
            output = engine.Prefill(slot, Table.Lookup(chunk));
        }

        return output;
    }

    public void Dispose()
    {
        _opened.ForEach(opened => opened.Dispose());
        Table.Dispose();
        _io.Dispose();
        _weights.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The largest difference, relative to the expected tensor's largest magnitude.</summary>
    public static double Error(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0, difference = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(expected[i] - actual[i]));
            Assert.True(float.IsFinite(actual[i]));
        }

        return difference / largest;
    }
}
