using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Quantization;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>A case's Llama in the forms that a variant has, over ids and embeddings.</summary>
internal sealed class LlamaGraphs : IDisposable
{
    private readonly Variant variant;
    private readonly Func<string, TensorSource> weights;
    private readonly Checkpoint checkpoint;
    private readonly float[] table;
    private readonly IGraphSession plain;

    public LlamaGraphs(GoldenCase golden, Variant variant)
    {
        this.variant = variant;
        var config = golden.Config();

        // The reference was cast to bfloat16 as a whole, rotary frequencies included, before it ran (docs/decisions/0041).
        Config = LlamaConfig.From(config) with { RotaryInBFloat16 = config.Text("dtype", "") == "bfloat16" };
        checkpoint = golden.Weights();
        var graph = Llama.Plain(Config, variant.Options);
        weights = WeightBinding.Bind(checkpoint, [graph], Llama.Ignored);
        table = checkpoint[Llama.EmbedTokens].ReadFloats();
        plain = variant.Open(graph, weights);
    }

    public LlamaConfig Config { get; }

    /// <summary>Whether the variant serves: then the cached form is run too.</summary>
    public bool Serves => variant.Runner == RunnerKind.OnnxRuntime && variant.Options.Target != GraphTarget.Standard;

    public float[] Embed(IEnumerable<long> ids) => [.. ids.SelectMany(id => table.Skip((int)id * Config.HiddenSize).Take(Config.HiddenSize))];

    /// <summary>The plain form over one sequence: logits and hidden states of every token.</summary>
    public (HostTensor Logits, HostTensor Hidden) Run(float[] embeddings)
    {
        var outputs = plain.Run(new Dictionary<string, HostTensor>
        {
            ["inputs_embeds"] = HostTensor.Of(embeddings, 1, embeddings.Length / Config.HiddenSize, Config.HiddenSize),
        });
        return (outputs["logits"], outputs["last_hidden_state"]);
    }

    /// <summary>Of the last token of one sequence: logits [1, V] and hidden state [1, D].</summary>
    public (HostTensor Logits, HostTensor Hidden) RunLast(float[] embeddings)
    {
        var (logits, hidden) = Run(embeddings);
        return (Last(logits), Last(hidden));
    }

    /// <summary>The most likely tokens after a prompt, by the plain form, the whole sequence again for every token.</summary>
    public long[] Greedy(float[] prompt, int count)
    {
        var ids = new List<long>();
        while (ids.Count < count)
        {
            ids.Add(TokenSampler.Sample(RunLast([.. prompt, .. Embed(ids)]).Logits.Floats(), 0, 1, 0, 0));
        }

        return [.. ids];
    }

    /// <summary>The cached form behind the engine that serves it.</summary>
    public DecoderEngine Engine(GoldenCase golden, Int4Quantization int4 = Int4Quantization.None)
    {
        var settings = new SessionSettings();
        var bytes = GraphWriter.ToBytes(Llama.Cached(Config, variant.Options, int4), weights);
        var session = golden.Own(new SessionFactory(settings).Open("decoder", bytes));
        return golden.Own(new DecoderEngine(session, new DecoderSettings { PrefillChunk = 16 }, settings, Config.MaxPositionEmbeddings));
    }

    /// <summary>Gives a sequence to the cached form in chunks.</summary>
    public (HostTensor Logits, HostTensor Hidden) Prefill(DecoderEngine engine, DecoderSlot slot, float[] embeddings)
    {
        DecoderOutput output = default;
        foreach (var chunk in embeddings.Chunk(engine.PrefillChunk * Config.HiddenSize))
        {
            output = engine.Prefill(slot, chunk);
        }

        return Tensors(output);
    }

    /// <summary>The most likely tokens after a prompt, by the cached form, and the slot with all of them but the last in it.</summary>
    public long[] Greedy(DecoderEngine engine, DecoderSlot slot, float[] prompt, int count)
    {
        var logits = Prefill(engine, slot, prompt).Logits;
        var ids = new List<long>();
        while (true)
        {
            ids.Add(TokenSampler.Sample(logits.Floats(), 0, 1, 0, 0));
            if (ids.Count == count)
            {
                return [.. ids];
            }

            logits = Step(engine, slot, Embed([ids[^1]])).Logits;
        }
    }

    public (HostTensor Logits, HostTensor Hidden) Step(DecoderEngine engine, DecoderSlot slot, float[] embedding)
    {
        var outputs = new DecoderOutput[1];
        engine.Step([slot], embedding, outputs);
        return Tensors(outputs[0]);
    }

    public void Dispose() => plain.Dispose();

    private static (HostTensor Logits, HostTensor Hidden) Tensors(DecoderOutput output) =>
        (HostTensor.Of(output.Logits.Span, 1, output.Logits.Length), HostTensor.Of(output.Hidden.Span, 1, output.Hidden.Length));

    // [1, T, n] to [1, n].
    private static HostTensor Last(HostTensor all)
    {
        var flat = all with { Shape = all.Shape[1..] };
        return flat.Rows((int)flat.Shape[0] - 1, 1);
    }
}
