using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>V, [IMG] and H around a language model: the greedy reply to a picture, and h after the prompt and after the reply.</summary>
internal sealed class CafeAssistantCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["cafe-assistant"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        using var llama = new LlamaGraphs(golden, variant);
        var layers = golden.Own(Cafe.Modeling.Checkpoints.Checkpoint.Open(golden.File("cafe.safetensors")));
        var features = golden.Tensor("features");
        var hidden = llama.Config.HiddenSize;
        var projection = CafeAssistant.VisionProjection((int)features.Shape[^1], hidden, variant.Options);
        var head = CafeAssistant.SemanticHead(hidden, (int)layers[CafeAssistant.SemanticHeadWeight].Shape[0], variant.Options);
        var weights = WeightBinding.Bind(layers, [projection, head], ["^image_token$"]);
        using var v = variant.Open(projection, weights);
        using var h = variant.Open(head, weights);

        var picture = v.Run(new Dictionary<string, HostTensor> { ["subject_embeddings"] = features })["inputs_embeds"].Floats();
        var ids = golden.Tensor("prompt_ids").Longs();
        var position = (int)golden.Tensor("image_position").Longs()[0];
        float[] prompt = [.. llama.Embed(ids[..position]), .. picture, .. llama.Embed(ids[position..])];
        var imageToken = layers[CafeAssistant.ImageToken].ReadFloats();
        var reply = golden.Tensor("reply_ids").Longs();

        HostTensor Head(HostTensor state) => h.Run(new Dictionary<string, HostTensor> { ["last_hidden_state"] = state })["semantic_embeds"];

        if (variant.IsFloat32)
        {
            yield return Comparison.Same("reply_ids", llama.Greedy(prompt, reply.Length), reply);
        }

        float[] replied = [.. prompt, .. llama.Embed(reply)];
        yield return Comparison.Of("h_after_prompt", Head(llama.RunLast([.. prompt, .. imageToken]).Hidden), golden.Tensor("h_after_prompt"));
        yield return Comparison.Of("h_after_response", Head(llama.RunLast([.. replied, .. imageToken]).Hidden), golden.Tensor("h_after_response"));
        if (!llama.Serves || !variant.IsFloat32)
        {
            yield break;
        }

        // As it is served: one sequence, [IMG] after the prompt forgotten before the reply begins.
        var engine = llama.Engine(golden);
        var slot = engine.TryAdmit()!;
        llama.Prefill(engine, slot, prompt);
        var length = slot.Length;
        yield return Comparison.Of("h_after_prompt cached", Head(llama.Step(engine, slot, imageToken).Hidden), golden.Tensor("h_after_prompt"));
        engine.Rewind(slot, length - 1);
        yield return Comparison.Same("reply_ids cached", llama.Greedy(engine, slot, prompt[^hidden..], reply.Length), reply);
        llama.Step(engine, slot, llama.Embed(reply[^1..]));
        yield return Comparison.Of("h_after_response cached", Head(llama.Step(engine, slot, imageToken).Hidden), golden.Tensor("h_after_response"));
    }
}
