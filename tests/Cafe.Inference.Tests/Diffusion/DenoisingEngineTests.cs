using Cafe.Inference.Diffusion;
using Cafe.Inference.Language;
using Cafe.Inference.Samplers;
using static Cafe.Inference.Tests.Diffusion.DrawingRuns;

namespace Cafe.Inference.Tests.Diffusion;

public sealed class DenoisingEngineTests(GoldenDiffuser golden) : IClassFixture<GoldenDiffuser>
{
    /// <summary>All kinds of guidance at once, in common calls, agree with the reference.</summary>
    [Fact]
    public void Step_AllGuidanceKindsInOneBatch_AgreeWithTheReference()
    {
        using var engine = golden.CreateEngine(maxRows: 32);
        var cases = new (string Name, Guidance Guidance)[] { ("joint3", Joint), ("dual", Dual), ("none", None), ("interval", Interval) };
        var drawings = cases
            .SelectMany(setting => Enumerable.Range(0, golden.Pictures).Select(i => (setting.Name, Picture: i, Drawing: golden.Begin(engine, setting.Guidance, i))))
            .ToList();

        Run(engine, [.. drawings.Select(item => item.Drawing)]);

        foreach (var (name, picture, drawing) in drawings)
        {
            AssertClose(golden.Row($"latents_{name}", picture), drawing.Latents);
            AssertClose(golden.Row($"images_{name}", picture), engine.Decode(drawing));
        }
    }

    /// <summary>Whoever joins and leaves, at whatever step, a picture's bits are those it has alone.</summary>
    [Fact]
    public void Step_AloneOrInAnyCompany_GivesTheSameBits()
    {
        using var alone = golden.CreateEngine();
        using var together = golden.CreateEngine();
        var settings = new[]
        {
            (Joint, 8, 0.7), (Dual, 5, 1.0), (None, 3, 0.0), (Interval, 7, 1.5), (Joint, 4, 1.0),
        };
        var expected = settings.Select((setting, i) =>
        {
            var drawing = Begin(alone, setting.Item1, setting.Item2, setting.Item3, i);
            Run(alone, [drawing]);
            return (Latents: drawing.Latents.ToArray(), Picture: alone.Decode(drawing));
        }).ToList();

        var random = new Random(5);
        for (var round = 0; round < 2; round++)
        {
            var drawings = settings.Select((setting, i) => Begin(together, setting.Item1, setting.Item2, setting.Item3, i)).ToList();
            RunInAnyCompany(together, drawings, random);

            for (var i = 0; i < settings.Length; i++)
            {
                Assert.Equal(expected[i].Latents, drawings[i].Latents.ToArray());
                Assert.Equal(expected[i].Picture, together.Decode(drawings[i]));
                drawings[i].Conditions.Dispose();
            }
        }
    }

    /// <summary>Keys and values are copied when a row takes them up, and never from step to step; only latents are handed over.</summary>
    [Fact]
    public void Step_SameRowsAsBefore_CopiesLatentsOnly()
    {
        using var engine = golden.CreateEngine();
        Drawing[] drawings = [golden.Begin(engine, Joint, 0), golden.Begin(engine, Dual, 1)];
        Step(engine, drawings);
        var first = engine.Counters;
        Assert.Equal(5 * engine.ConditionRowBytes, first.ConditionBytesCopied);
        Assert.Equal(3, first.ConditionerCalls); // the pack's null branch and each request, once

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(engine, drawings);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 7;

        var last = engine.Counters;
        Assert.Equal(first.ConditionBytesCopied, last.ConditionBytesCopied);
        Assert.Equal(first.ConditionerCalls, last.ConditionerCalls);
        Assert.Equal(first.Bindings, last.Bindings);
        Assert.Equal(7 * 5, last.UnetRows - first.UnetRows);
        Assert.Equal(7 * 5 * 2 * 4 * 1024, last.LatentBytesCopied - first.LatentBytesCopied);
        Assert.InRange(allocated, 0, engine.ConditionRowBytes); // less than one row's keys and values
    }

    [Fact]
    public void Step_GuidanceInterval_RowsLeaveTheBatchOutsideIt()
    {
        using var engine = golden.CreateEngine();
        var drawing = golden.Begin(engine, Interval, 0);
        var rows = new List<long>();
        while (!drawing.Done)
        {
            var before = engine.Counters.UnetRows;
            Step(engine, [drawing]);
            rows.Add(engine.Counters.UnetRows - before);
        }

        Assert.Equal([1, 1, 2, 2, 2, 2, 1, 1], rows);
    }

    [Fact]
    public void Step_PicturesOfOneRequest_ShareTheirConditions()
    {
        using var engine = golden.CreateEngine();
        var conditions = engine.Condition(golden.Row("semantic", 0), golden.Row("subject", 0));
        var plan = golden.Plan(Joint, steps: 2);
        var calls = engine.Counters.ConditionerCalls;
        Drawing[] drawings = [.. Enumerable.Range(0, 4).Select(i => engine.Begin(plan, conditions, (ulong)i))];
        Run(engine, drawings);
        Assert.Equal(calls, engine.Counters.ConditionerCalls);

        // A picture that takes another's place finds its rows filled, but for the null row, which now is the second.
        var copied = engine.Counters.ConditionBytesCopied;
        Run(engine, [engine.Begin(plan, conditions, 9)]);
        Run(engine, [engine.Begin(plan, conditions, 10)]);
        Assert.Equal(copied + engine.ConditionRowBytes, engine.Counters.ConditionBytesCopied);
    }

    [Fact]
    public void Step_ConditionAbsent_UsesTheNullEmbedding()
    {
        using var engine = golden.CreateEngine();
        var subject = golden.Row("subject", 0);
        var zeros = engine.Begin(golden.Plan(None, 2), engine.Condition(new float[golden.Row("semantic", 0).Length], subject), 1);
        var absent = engine.Begin(golden.Plan(None, 2, present: ConditionBranch.Subject), engine.Condition(null, subject), 1);
        Run(engine, [zeros]);
        Run(engine, [absent]);
        Assert.Equal(zeros.Latents.ToArray(), absent.Latents.ToArray());
    }

    [Fact]
    public void Step_OneRequestGivesNaN_FailsAloneAndItsNeighbourIsUnharmed()
    {
        using var engine = golden.CreateEngine();
        var healthy = golden.Begin(engine, Joint, 0);
        var broken = new Drawing(
            golden.Plan(Joint), engine.Condition(golden.Row("semantic", 1), golden.Row("subject", 1)), [.. Enumerable.Repeat(float.NaN, 1024)]);
        var failures = new Exception?[2];

        engine.Step([healthy, broken], failures, TestContext.Current.CancellationToken);

        Assert.Null(failures[0]);
        Assert.IsType<ModelOutputException>(failures[1]);
        Assert.Equal((1, 0), (healthy.Step, broken.Step));
        Run(engine, [healthy]);
        AssertClose(golden.Row("latents_joint3", 0), healthy.Latents);
    }

    [Fact]
    public void Condition_NotFinite_Fails()
    {
        using var engine = golden.CreateEngine();
        var semantic = golden.Row("semantic", 0);
        semantic[0] = float.PositiveInfinity;
        Assert.Throws<ModelOutputException>(() => engine.Condition(semantic, null));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(3e38f)]
    public void Decode_DecoderGivesNaNOrInfinity_FailsInsteadOfABlackPicture(float latent)
    {
        using var engine = golden.CreateEngine();
        float[] latents = [.. Enumerable.Repeat(0.5f, 1024)];
        latents[500] = latent;
        Assert.Throws<ModelOutputException>(() => engine.Decode(latents, 16, 16));
    }

    [Fact]
    public void Step_Cancelled_NoPictureHasMadeItsStep()
    {
        using var engine = golden.CreateEngine();
        var drawing = golden.Begin(engine, Joint, 0);
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Step([drawing], new Exception?[1], new CancellationToken(canceled: true)));
        Assert.Equal(0, drawing.Step);
    }

    [Fact]
    public void Step_TooManyRowsOrTwoSizes_Throws()
    {
        using var engine = golden.CreateEngine(maxRows: 3);
        Drawing[] drawings = [golden.Begin(engine, Joint, 0), golden.Begin(engine, Joint, 1)];
        Assert.Throws<ArgumentException>(() => Step(engine, drawings));
        var larger = engine.Begin(golden.Plan(None, size: 48), drawings[0].Conditions, 1);
        Assert.Throws<ArgumentException>(() => Step(engine, [drawings[0], larger]));
    }

    [Fact]
    public void Preview_FittedToTheAutoencoder_IsNearTheDecodedColours()
    {
        using var engine = golden.CreateEngine();
        var preview = LatentPreview.Fit(4, 16, 16, latents => engine.Decode(latents, 16, 16));
        var drawing = golden.Begin(engine, Joint, 0);
        Run(engine, [drawing]);
        var colours = preview.Colours(drawing.Latents);
        Assert.Equal(3 * 16 * 16, colours.Length);

        // Against the decoder's mean colour: nearer than a flat picture of that mean would be far off, in the mean over colours.
        var decoded = engine.Decode(drawing);
        for (var colour = 0; colour < 3; colour++)
        {
            var mean = decoded.Skip(colour * 1024).Take(1024).Average();
            Assert.Equal(Math.Clamp(mean, -1, 1), colours.Skip(colour * 256).Take(256).Average(), 0.5);
        }
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
    {
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], largest * 1e-4);
        }
    }

    private Drawing Begin(DenoisingEngine engine, Guidance guidance, int steps, double strength, int i) => engine.Begin(
        golden.Plan(guidance, steps, strength: strength, sampler: (SamplerKind)(i % 3)),
        engine.Condition(golden.Row("semantic", i % 2), golden.Row("subject", (i + 1) % 2)),
        (ulong)(100 + i));
}
