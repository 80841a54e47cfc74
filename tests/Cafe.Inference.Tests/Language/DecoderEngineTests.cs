using Cafe.Inference.Language;
using Cafe.Modeling.Quantization;

namespace Cafe.Inference.Tests.Language;

public sealed class DecoderEngineTests
{
    public static TheoryData<string> Cases => ["llama-mha", "llama-gqa", "llama-tied-sharded-bf16", "llama-published-sharded-bin"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plain_GoldenEmbeddings_GivesTheReferencesLogitsAndHidden(string name)
    {
        using var golden = new LlamaGolden(name);
        var session = golden.Plain();
        using var input = Cafe.Inference.Sessions.Tensors.Of(golden.Floats("inputs_embeds"), golden.Shape("inputs_embeds"));
        using var result = session.Run(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> { ["inputs_embeds"] = input });
        Assert.InRange(LlamaGolden.Error(golden.Floats("logits"), result.Span<float>("logits")), 0, 1e-4);
        Assert.InRange(LlamaGolden.Error(golden.Floats("last_hidden"), result.Span<float>("last_hidden_state")), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_GreedyFromTheGoldensPrompt_GivesTheReferencesTokens(string name)
    {
        using var golden = new LlamaGolden(name);
        var engine = golden.Engine();
        var expected = golden.Ids("greedy_ids");
        Assert.Equal(expected, Greedy(golden, engine, golden.Ids("prompt_ids"), expected.Length));
        Assert.Equal(0, engine.Active);
    }

    [Theory]
    [InlineData("llama-mha")]
    [InlineData("llama-gqa")]
    public void Prefill_InChunks_GivesTheReferencesLogitsForRowsOfUnequalLength(string name)
    {
        using var golden = new LlamaGolden(name);
        var engine = golden.Engine(new DecoderSettings { PrefillChunk = 16 });
        for (var row = 0; row < 3; row++)
        {
            var slot = engine.TryAdmit()!;
            var output = golden.Prefill(engine, slot, golden.Ids($"rows_ids_{row}"));
            Assert.InRange(LlamaGolden.Error(golden.Floats($"rows_last_logits_{row}"), output.Logits.Span), 0, 1e-4);
            Assert.InRange(LlamaGolden.Error(golden.Floats($"rows_last_hidden_{row}"), output.Hidden.Span), 0, 1e-4);
        }
    }

    [Fact]
    public void Step_RowsOfUnequalLengthTogether_GivesTheReferencesLogits()
    {
        using var golden = new LlamaGolden("llama-gqa");
        var engine = golden.Engine();
        var slots = new List<DecoderSlot>();
        var last = new List<int>();
        for (var row = 0; row < 3; row++)
        {
            // All but the last token alone (a row of one token starts from nothing), the last ones together.
            var ids = golden.Ids($"rows_ids_{row}");
            slots.Add(engine.TryAdmit()!);
            last.Add(ids[^1]);
            if (ids.Length > 1)
            {
                golden.Prefill(engine, slots[row], ids[..^1]);
            }
        }

        var outputs = new DecoderOutput[3];
        engine.Step(slots, golden.Table.Lookup(last), outputs);
        for (var row = 0; row < 3; row++)
        {
            Assert.InRange(LlamaGolden.Error(golden.Floats($"rows_last_logits_{row}"), outputs[row].Logits.Span), 0, 1e-4);
        }
    }

    [Theory]
    [InlineData(Int4Quantization.None)]
    [InlineData(Int4Quantization.Symmetric)]
    [InlineData(Int4Quantization.ZeroPoints)]
    public void Step_AloneOrWithNeighboursThatComeAndGo_GivesTheSameBits(Int4Quantization int4)
    {
        using var golden = new LlamaGolden("llama-gqa");
        var engine = golden.Engine(new DecoderSettings { MaxRows = 5 }, int4);
        var prompt = golden.Ids("prompt_ids");

        List<float[]> Run(int neighbours)
        {
            var others = new Queue<DecoderSlot>();
            for (var i = 0; i < neighbours; i++)
            {
                others.Enqueue(engine.TryAdmit()!);
                golden.Prefill(engine, others.Last(), prompt[..(1 + i)]);
            }

            var slot = engine.TryAdmit()!; // the last row, so that it is moved when others leave
            var logits = new List<float[]> { golden.Prefill(engine, slot, prompt).Logits.ToArray() };
            for (var step = 0; step < 12; step++)
            {
                if (step % 3 == 2 && others.TryDequeue(out var leaving))
                {
                    engine.Release(leaving);
                }

                DecoderSlot[] rows = [slot, .. others];
                var outputs = new DecoderOutput[rows.Length];
                engine.Step(rows, golden.Table.Lookup([.. rows.Select((_, i) => 3 + step + i)]), outputs);
                logits.Add(outputs[0].Logits.ToArray());
            }

            engine.Release(slot);
            foreach (var other in others)
            {
                engine.Release(other);
            }

            return logits;
        }

        var alone = Run(0);
        for (var neighbours = 1; neighbours <= 4; neighbours++)
        {
            Assert.Equal(alone, Run(neighbours));
        }

        Assert.True(engine.MovedBytes > 0);
        Assert.Equal(0, engine.Active);
    }

    [Fact]
    public void Step_WithSomeOfTheRows_LeavesTheOthersUntouched()
    {
        using var golden = new LlamaGolden("llama-mha");
        var engine = golden.Engine();
        var prompt = golden.Ids("prompt_ids");
        var expected = golden.Ids("greedy_ids");
        var other = engine.TryAdmit()!;
        golden.Prefill(engine, other, prompt);

        // The other row waits in the middle of its sequence while this one decodes to its end.
        var slot = engine.TryAdmit()!;
        golden.Prefill(engine, slot, prompt[..3]);
        for (var i = 0; i < 30; i++)
        {
            engine.Step([slot], golden.Table.Lookup([5 + i]), new DecoderOutput[1]);
        }

        Assert.Equal(expected, Greedy(golden, engine, [], expected.Length, other, engine.Rewound(other, golden, prompt)));
    }

    [Fact]
    public void Step_AnyLength_CopiesNoCache()
    {
        // Keys and values stay where they are: what a step allocates on the host does not grow with the tokens, and rows move only when another leaves.
        using var golden = new LlamaGolden("llama-mha");
        var engine = golden.Engine();
        var slot = engine.TryAdmit()!;
        golden.Prefill(engine, slot, golden.Ids("prompt_ids"));
        var embedding = golden.Table.Lookup([5]);
        var outputs = new DecoderOutput[1];
        engine.Step([slot], embedding, outputs);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            engine.Step([slot], embedding, outputs);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 200, 0, 4096);
        Assert.Equal(0, engine.MovedBytes);
    }

    [Fact]
    public void TryAdmit_EveryRowTaken_AnswersNullUntilOneIsReleased()
    {
        using var golden = new LlamaGolden("llama-mha");
        var engine = golden.Engine(new DecoderSettings { MaxRows = 2 });
        var first = engine.TryAdmit()!;
        Assert.NotNull(engine.TryAdmit());
        Assert.Null(engine.TryAdmit());
        engine.Release(first);
        Assert.NotNull(engine.TryAdmit());
        Assert.Throws<ObjectDisposedException>(() => engine.Release(first));
    }

    [Fact]
    public void Construct_LessMemoryThanTheRowsTake_MakesFewerRowsOrRefuses()
    {
        using var golden = new LlamaGolden("llama-mha");
        var rowBytes = 2L * 3 * 4 * 16 * 257 * 4; // key and value, layers, heads, head_dim, positions and one more, fp32
        Assert.Equal(3, golden.Engine(new DecoderSettings { KvMemoryBytes = (3 * rowBytes) + 1 }).MaxRows);
        var error = Assert.Throws<InvalidOperationException>(() => golden.Engine(new DecoderSettings { KvMemoryBytes = rowBytes - 1 }));
        Assert.Contains($"{rowBytes}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prefill_PastTheLimit_IsRefusedWithTheNumbers()
    {
        using var golden = new LlamaGolden("llama-mha");
        var engine = golden.Engine(new DecoderSettings { MaxTokens = 16, PrefillChunk = 32 });
        var slot = engine.TryAdmit()!;
        var error = Assert.Throws<InvalidOperationException>(() => golden.Prefill(engine, slot, Enumerable.Range(3, 17).ToArray()));
        Assert.Contains("16", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Int4Quantization.Symmetric, 0.7)]
    [InlineData(Int4Quantization.ZeroPoints, 0.6)]
    public void Prefill_FourBitWeights_StaysNearTheReference(Int4Quantization int4, double bound)
    {
        using var golden = new LlamaGolden("llama-mha");
        var engine = golden.Engine(int4: int4);
        var slot = engine.TryAdmit()!;
        var output = golden.Prefill(engine, slot, golden.Ids("rows_ids_1"));
        var error = LlamaGolden.Error(golden.Floats("rows_last_logits_1"), output.Logits.Span);
        TestContext.Current.TestOutputHelper!.WriteLine($"{int4}: {error:0.0000} of the largest logit");
        Assert.InRange(error, 1e-5, bound);
    }

    [Fact]
    public void Prefill_HalfPrecisionWeights_StaysWithinTwoPercent()
    {
        using var golden = new LlamaGolden("llama-mha");
        var engine = golden.Engine(half: true);
        var output = golden.Prefill(engine, engine.TryAdmit()!, golden.Ids("rows_ids_1"));
        Assert.InRange(LlamaGolden.Error(golden.Floats("rows_last_logits_1"), output.Logits.Span), 0, 2e-2);
    }

    private static List<int> Greedy(LlamaGolden golden, DecoderEngine engine, int[] prompt, int count, DecoderSlot? slot = null, DecoderOutput? start = null)
    {
        slot ??= engine.TryAdmit()!;
        var output = start ?? golden.Prefill(engine, slot, prompt);
        var ids = new List<int>();
        var outputs = new DecoderOutput[1];
        while (true)
        {
            ids.Add(TokenSampler.Sample(output.Logits.Span, 0, 1, 0, ids.Count));
            if (ids.Count == count)
            {
                engine.Release(slot);
                return ids;
            }

            engine.Step([slot], golden.Table.Lookup([ids[^1]]), outputs);
            output = outputs[0];
        }
    }
}

internal static class DecoderEngineExtensions
{
    /// <summary>Computes a prompt's last token again on top of the cache that is there, as proof that the cache is whole.</summary>
    public static DecoderOutput Rewound(this DecoderEngine engine, DecoderSlot slot, LlamaGolden golden, int[] prompt)
    {
        engine.Rewind(slot, prompt.Length - 1);
        var outputs = new DecoderOutput[1];
        engine.Step([slot], golden.Table.Lookup([prompt[^1]]), outputs);
        return outputs[0];
    }
}
