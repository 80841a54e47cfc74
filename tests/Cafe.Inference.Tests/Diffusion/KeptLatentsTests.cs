using Cafe.Inference.Diffusion;
using Cafe.Inference.Language;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using static Cafe.Inference.Tests.Diffusion.DrawingRuns;

namespace Cafe.Inference.Tests.Diffusion;

/// <summary>The engine as it runs on a device, its latents kept where the graphs run; here that is the CPU.</summary>
public sealed class KeptLatentsTests(GoldenDiffuser golden) : IClassFixture<GoldenDiffuser>
{
    private const int RowBytes = 4 * 16 * 16 * sizeof(float);

    /// <summary>Every sampler, guidance, interval and strength in calls of any company: the host's arithmetic, bit for bit, and so the same alone as together.</summary>
    [Theory]
    [InlineData(SamplerKind.Dpmpp2M)]
    [InlineData(SamplerKind.Ddim)]
    [InlineData(SamplerKind.Euler)]
    public void Step_AnyCompany_GivesTheBitsThatTheHostGivesAlone(SamplerKind sampler)
    {
        using var host = golden.CreateEngine();
        using var kept = golden.CreateKeepingEngine();
        var settings = new (Guidance Guidance, int Steps, double Strength, ConditionBranch Present)[]
        {
            (Joint, 8, 0.7, ConditionBranch.Both),
            (Dual, 5, 1.0, ConditionBranch.Both),
            (None, 3, 0.0, ConditionBranch.Both),
            (Interval, 7, 1.5, ConditionBranch.Both),
            (Dual with { IntervalEnd = 0.5 }, 6, 2.0, ConditionBranch.Both),
            (Dual, 4, 1.0, ConditionBranch.Semantic),
            (Joint, 1, 1.0, ConditionBranch.Subject),
        };
        Drawing Begin(DenoisingEngine engine, int i) => engine.Begin(
            golden.Plan(settings[i].Guidance, settings[i].Steps, strength: settings[i].Strength, sampler: sampler, present: settings[i].Present),
            engine.Condition(
                settings[i].Present.HasFlag(ConditionBranch.Semantic) ? golden.Row("semantic", i % 2) : null,
                settings[i].Present.HasFlag(ConditionBranch.Subject) ? golden.Row("subject", (i + 1) % 2) : null),
            (ulong)(100 + i));
        var expected = Enumerable.Range(0, settings.Length).Select(i =>
        {
            var drawing = Begin(host, i);
            Run(host, [drawing]);
            return (Latents: drawing.Latents.ToArray(), Denoised: drawing.Denoised.ToArray(), Picture: host.Decode(drawing));
        }).ToList();

        var random = new Random(7);
        for (var round = 0; round < 2; round++)
        {
            var drawings = Enumerable.Range(0, settings.Length).Select(i => Begin(kept, i)).ToList();
            RunInAnyCompany(kept, drawings, random);

            for (var i = 0; i < settings.Length; i++)
            {
                Assert.Equal(expected[i].Latents, drawings[i].Latents.ToArray());
                Assert.Equal(expected[i].Denoised, drawings[i].Denoised.ToArray());
                Assert.Equal(expected[i].Picture, kept.Decode(drawings[i]));
                drawings[i].Conditions.Dispose();
            }
        }
    }

    /// <summary>Latents go down when a picture begins, and come back when they are asked for: not from step to step, and not to be decoded.</summary>
    [Fact]
    public void Step_AfterTheFirst_CopiesNoLatentsToOrFromTheHost()
    {
        using var engine = golden.CreateKeepingEngine();
        Drawing[] drawings = [golden.Begin(engine, Joint, 0), golden.Begin(engine, Dual, 1)];
        Assert.Equal(0, engine.Counters.LatentBytesCopied);
        Step(engine, drawings);
        var first = engine.Counters;
        Assert.Equal(2 * 2 * RowBytes, first.LatentBytesCopied); // the noise, and zeros for the x0 before the first

        Run(engine, drawings);

        var last = engine.Counters;
        Assert.Equal(7, last.UnetCalls - first.UnetCalls);
        Assert.Equal(first.LatentBytesCopied, last.LatentBytesCopied);
        Assert.Equal(first.ConditionBytesCopied, last.ConditionBytesCopied);
        Assert.Equal(first.Bindings, last.Bindings);

        engine.Decode(drawings[0]);
        Assert.Equal(first.LatentBytesCopied, engine.Counters.LatentBytesCopied);
        Assert.Equal(RowBytes / sizeof(float), drawings[0].Denoised.Length); // a preview
        Assert.Equal(first.LatentBytesCopied + RowBytes, engine.Counters.LatentBytesCopied);
    }

    [Fact]
    public void Step_AfterTheFirst_AllocatesLessThanOneRowOfLatents()
    {
        using var engine = golden.CreateKeepingEngine();
        var drawing = engine.Begin(golden.Plan(Dual, size: 64), engine.Condition(golden.Row("semantic", 0), golden.Row("subject", 0)), 3);
        Step(engine, [drawing]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(engine, [drawing]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * RowBytes);
    }

    /// <summary>Whoever comes between two steps of others gets a slot without moving theirs, also where there was none left.</summary>
    [Fact]
    public void Step_MorePicturesThanSlots_KeepsThoseOnTheirWay()
    {
        using var host = golden.CreateEngine();
        using var kept = golden.CreateKeepingEngine(maxRows: 24);
        Drawing Begin(DenoisingEngine engine, int i) => engine.Begin(golden.Plan(None, 4), engine.Condition(golden.Row("semantic", i % 2), null), (ulong)i);
        var drawings = Enumerable.Range(0, 20).Select(i => Begin(kept, i)).ToList();
        Step(kept, drawings[..7]);
        Step(kept, drawings[3..20]);
        Run(kept, drawings);
        foreach (var i in new[] { 0, 5, 7, 19 })
        {
            var alone = Begin(host, i);
            Run(host, [alone]);
            Assert.Equal(alone.Latents.ToArray(), drawings[i].Latents.ToArray());
        }
    }

    [Fact]
    public void Step_PicturesOfSeveralSizes_KeepEachItsOwn()
    {
        using var host = golden.CreateEngine();
        using var kept = golden.CreateKeepingEngine();
        int[] sizes = [32, 48, 64];
        Drawing Begin(DenoisingEngine engine, int size) => engine.Begin(golden.Plan(Joint, 3, size), engine.Condition(golden.Row("semantic", 0), null), (ulong)size);
        var drawings = sizes.Select(size => Begin(kept, size)).ToList();
        for (var step = 0; step < 3; step++)
        {
            drawings.ForEach(drawing => Step(kept, [drawing]));
        }

        foreach (var (size, drawing) in sizes.Zip(drawings))
        {
            var alone = Begin(host, size);
            Run(host, [alone]);
            Assert.Equal(host.Decode(alone), kept.Decode(drawing));
        }
    }

    [Fact]
    public void Step_OneRequestGivesNaN_FailsAloneAndItsNeighbourIsUnharmed()
    {
        using var host = golden.CreateEngine();
        using var engine = golden.CreateKeepingEngine();
        var healthy = golden.Begin(engine, Dual, 0);
        var broken = new Drawing(
            golden.Plan(Joint), engine.Condition(golden.Row("semantic", 1), golden.Row("subject", 1)), [.. Enumerable.Repeat(float.NaN, 1024)]);
        var failures = new Exception?[2];

        engine.Step([broken, healthy], failures, TestContext.Current.CancellationToken);

        Assert.IsType<ModelOutputException>(failures[0]);
        Assert.Null(failures[1]);
        Assert.Equal((0, 1), (broken.Step, healthy.Step));
        Run(engine, [healthy]);
        var alone = golden.Begin(host, Dual, 0);
        Run(host, [alone]);
        Assert.Equal(alone.Latents.ToArray(), healthy.Latents.ToArray());
    }

    [Fact]
    public void Latents_ConditionsDisposed_Throws()
    {
        using var engine = golden.CreateKeepingEngine();
        Drawing[] drawings = [golden.Begin(engine, Joint, 0), golden.Begin(engine, Joint, 1)];
        Run(engine, drawings);
        drawings[0].Conditions.Dispose();
        Assert.Throws<ObjectDisposedException>(() => drawings[0].Latents.ToArray());
        Assert.Equal(1024, drawings[1].Latents.Length);
    }

    [Fact]
    public void Step_CancelledInTheUnet_NoPictureHasMadeItsStep()
    {
        using var engine = golden.CreateKeepingEngine();
        var drawing = golden.Begin(engine, Joint, 0);
        Step(engine, [drawing]);
        var before = drawing.Latents.ToArray();
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Step([drawing], new Exception?[1], new CancellationToken(canceled: true)));
        Assert.Equal(1, drawing.Step);
        Assert.Equal(before, drawing.Latents.ToArray());
    }

    /// <summary>A call that doesn't fit, in the UNet or in the step of the sampler, leaves all pictures as they were: smaller calls go on to what the host gives.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 8)]
    public void Step_MemoryIsFull_NoPictureHasMadeItsStepAndSmallerCallsGoOn(bool inUnet, int fitting)
    {
        const int Pictures = 48;
        using var host = golden.CreateEngine();
        using var unet = inUnet ? LimitedMemory.Open("unet", golden.UnetBytes) : null;
        using var step = inUnet ? null : LimitedMemory.Open("latent_step", Modeling.Graphs.GraphWriter.ToBytes(Modeling.Architectures.LatentGraphs.BuildStep(4), _ => throw new InvalidOperationException()));
        var model = golden.Model;
        var graphs = golden.LatentGraphs;
        using var engine = new DenoisingEngine(
            new DiffusionModel(model.Section, model.Conditioner, unet ?? model.Unet, model.VaeDecoder),
            GoldenDiffuser.Settings,
            Pictures,
            new LatentSessions(graphs.Input, step ?? graphs.Step, graphs.Copy));
        Drawing Begin(DenoisingEngine engine, int i) => engine.Begin(golden.Plan(None, 3, size: 64), engine.Condition(golden.Row("semantic", i % 2), null), (ulong)i);
        var drawings = Enumerable.Range(0, Pictures).Select(i => Begin(engine, i)).ToList();
        Step(engine, drawings[..fitting]);

        var error = Assert.Throws<DeviceMemoryException>(() => Step(engine, drawings));

        Assert.Contains(inUnet ? "UNet call" : "the step of", error.Message, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Repeat(1, fitting), .. Enumerable.Repeat(0, Pictures - fitting)], drawings.Select(drawing => drawing.Step));
        var watched = drawings[..(fitting + 1)];
        while (watched.Find(drawing => !drawing.Done) is { } next)
        {
            Step(engine, [next]);
        }

        foreach (var i in new[] { 0, fitting })
        {
            var alone = Begin(host, i);
            Run(host, [alone]);
            Assert.Equal(alone.Latents.ToArray(), drawings[i].Latents.ToArray());
        }
    }

    /// <summary>Sessions that share an arena with a bound, in which a call of many rows of 64 x 64 pixels doesn't fit and one of few does.</summary>
    private static class LimitedMemory
    {
        private const uint Bytes = 4 << 20;

        static LimitedMemory()
        {
            using var info = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var bound = new OrtArenaCfg(Bytes, arenaExtendStrategy: 1, initialChunkSizeBytes: 1 << 10, maxDeadBytesPerChunk: 1 << 10);
            OrtEnv.Instance().CreateAndRegisterAllocator(info, bound);
        }

        public static ModelSession Open(string name, byte[] graph)
        {
            using var options = new SessionOptions();
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
            options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
            return new ModelSession(name, new InferenceSession(graph, options));
        }
    }
}
