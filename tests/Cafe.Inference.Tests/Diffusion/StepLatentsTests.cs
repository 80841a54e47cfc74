using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Packs.Manifest;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Tests.Diffusion;

/// <summary>The two ways to advance latents, side by side over the same made-up outputs of a UNet.</summary>
public sealed class StepLatentsTests : IDisposable
{
    private const int Channels = 3;
    private const int Coordinates = 2;
    private const int Height = 5;
    private const int Width = 4;
    private const int Count = Channels * Height * Width;
    private readonly LatentSessions _sessions = Open(Coordinates);
    private readonly DeviceMemory _memory;
    private readonly LatentMemory _latents;

    public StepLatentsTests()
    {
        _memory = new DeviceMemory(_sessions.Copy, new SessionSettings());
        _latents = new LatentMemory(_memory, _sessions, Channels);
    }

    public void Dispose()
    {
        _latents.Dispose();
        _memory.Dispose();
        _sessions.Dispose();
    }

    /// <summary>Pictures of all samplers, with one to three branches, with and without a bound of x0, in common calls.</summary>
    [Theory]
    [InlineData("epsilon", "true")]
    [InlineData("v_prediction", "false")]
    [InlineData("sample", "true")]
    public void Advance_AnySampler_GivesTheHostsBits(string prediction, string clip)
    {
        var config = $$"""{"prediction_type": "{{prediction}}", "clip_sample": {{clip}}, "clip_sample_range": 0.75}""";
        var guidance = new Guidance[]
        {
            new(GuidanceMode.None), new(GuidanceMode.Joint, Scale: 7.5), new(GuidanceMode.Dual, SemanticScale: 4, SubjectScale: 2.5), new(GuidanceMode.Joint, Scale: 3, IntervalStart: 0.5),
        };
        var plans = Enumerable.Range(0, 12).Select(i => Plan((SamplerKind)(i % 3), guidance[i % 4], config, 2 + (i % 4))).ToList();
        var (host, device) = (plans.ConvertAll(Begin), plans.ConvertAll(Begin));
        device.ForEach(Place);
        var random = new Random(11);
        while (host.Exists(drawing => !drawing.Done))
        {
            var chosen = Enumerable.Range(0, host.Count).Where(i => !host[i].Done).ToArray();
            random.Shuffle(chosen);
            chosen = chosen[..random.Next(1, chosen.Length + 1)];
            var (onHost, onDevice) = (Rows(host, chosen, random.Next()), Rows(device, chosen, 0));
            onHost.Places.CopyTo(onDevice.Places, 0);
            using var hostStep = new HostStepLatents(onHost.Count, Channels, Coordinates, Height, Width);
            using var deviceStep = new DeviceStepLatents(_sessions, _memory, onHost.Count, Channels, Coordinates, Height, Width);

            hostStep.WriteInput(onHost);
            deviceStep.WriteInput(onDevice);
            Assert.Equal(Floats(hostStep.Sample).ToArray(), Floats(deviceStep.Sample).ToArray());

            Predict(random, Floats(hostStep.Output));
            Floats(hostStep.Output).CopyTo(Floats(deviceStep.Output));
            var finite = new bool[chosen.Length];
            hostStep.Advance(onHost, finite);
            deviceStep.Advance(onDevice, finite);
            Assert.All(finite, Assert.True);
            foreach (var i in chosen)
            {
                Assert.Equal(host[i].Step, device[i].Step);
                Assert.Equal(host[i].Latents.ToArray(), device[i].Latents.ToArray());
                Assert.Equal(host[i].Denoised.ToArray(), device[i].Denoised.ToArray());
            }
        }
    }

    /// <summary>One number of one branch, also one that overflows under guidance only: that picture stays as it was, and no other.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    public void Advance_OneOutputIsNotFinite_ThatPictureAloneStaysAsItWas(float value)
    {
        var plan = Plan(SamplerKind.Dpmpp2M, new Guidance(GuidanceMode.Joint, Scale: 7.5), "{}", 3);
        var drawings = Enumerable.Range(0, 3).Select(_ => Begin(plan)).ToList();
        drawings.ForEach(Place);
        var before = drawings.ConvertAll(drawing => drawing.Latents.ToArray());
        var rows = Rows(drawings, [0, 1, 2], 3);
        using var step = new DeviceStepLatents(_sessions, _memory, rows.Count, Channels, Coordinates, Height, Width);
        step.WriteInput(rows);
        Predict(new Random(1), Floats(step.Output));
        var row = Enumerable.Range(0, rows.Count).Last(r => rows[r].Drawing == 1);
        Floats(step.Output)[(rows.Places[row] * Count) + 17] = value;
        var finite = new bool[3];

        step.Advance(rows, finite);

        Assert.Equal([true, false, true], finite);
        Assert.Equal([1, 0, 1], drawings.Select(drawing => drawing.Step));
        Assert.Equal(before[1], drawings[1].Latents.ToArray());
        Assert.All(new[] { 0, 2 }, i => Assert.True(float.IsFinite(drawings[i].Latents.ToArray().Sum()) && drawings[i].Latents[0] != before[i][0]));
    }

    [Fact]
    public void Take_PoolIsFull_GrowsAndKeepsWhatItsSlotsHold()
    {
        var slots = new List<LatentSlot>();
        for (var i = 0; i < 20; i++)
        {
            slots.Add(_latents.Take(Height, Width));
            slots[i].Write([.. Enumerable.Repeat((float)i, Count)], [.. Enumerable.Repeat(-(float)i, Count)]);
        }

        Assert.Equal(20, slots.Select(slot => slot.Index).Distinct().Count());
        Assert.All(slots, (slot, i) => Assert.All(slot.ReadLatents(), value => Assert.Equal(i, value)));
        Assert.All(slots, (slot, i) => Assert.All(slot.ReadDenoised(), value => Assert.Equal(-i, value)));
    }

    [Fact]
    public void Dispose_LastSlotOfASize_GivesItsMemoryBackAndOthersStay()
    {
        var (first, second, other) = (_latents.Take(Height, Width), _latents.Take(Height, Width), _latents.Take(Width, Height));
        first.Dispose();
        first.Dispose(); // once is enough
        Assert.NotNull(second.Pool.State);
        second.Dispose();
        Assert.Throws<ObjectDisposedException>(() => second.Pool.State);
        Assert.NotNull(other.Pool.State);
        Assert.NotSame(second.Pool, _latents.Take(Height, Width).Pool);
    }

    private static LatentSessions Open(int coordinates) => LatentGraphs.Open(new SessionFactory(new SessionSettings { Threads = 2 }), new DiffuserSection
    {
        Conditioning = new Conditioning { Kind = "cafe", Semantic = new ConditionTokens { Tokens = 1, Width = 1 }, Subject = new ConditionTokens { Tokens = 1, Width = 1 } },
        Unet = "",
        Conditioner = "",
        VaeDecoder = "",
        LatentChannels = Channels,
        CoordinateChannels = coordinates,
        Downscale = 8,
        ScalingFactor = 1,
        Size = new SizeLimits { DefaultWidth = 8, DefaultHeight = 8, Min = 8, Max = 8, MultipleOf = 8 },
        Scheduler = PythonJson.Parse("{}"u8.ToArray()),
        Defaults = new SamplingDefaults { Sampler = "ddim", Steps = 1, Guidance = "none", GuidanceScale = 1, SemanticScale = 1, SubjectScale = 1 },
    });

    private static DrawingPlan Plan(SamplerKind sampler, Guidance guidance, string config, int steps) =>
        new(SamplerPlan.Create(sampler, SchedulerConfig.Parse(System.Text.Encoding.UTF8.GetBytes(config)), steps), guidance, ConditionBranch.Both, 1, 8 * Width, 8 * Height);

    private static Drawing Begin(DrawingPlan plan) => new(plan, new NoConditions(), (ulong)plan.Steps, Count);

    private void Place(Drawing drawing) => drawing.MoveTo(_latents.Take(Height, Width));

    // Rows at any places of the batch.
    private static StepRows Rows(IReadOnlyList<Drawing> drawings, int[] chosen, int seed)
    {
        var rows = new StepRows([.. chosen.Select(i => drawings[i])], 100);
        int[] places = [.. Enumerable.Range(0, rows.Count)];
        new Random(seed).Shuffle(places);
        places.CopyTo(rows.Places, 0);
        return rows;
    }

    private static void Predict(Random random, Span<float> output)
    {
        foreach (ref var value in output)
        {
            value = (float)((random.NextDouble() * 4) - 2);
        }
    }

    private static Span<float> Floats(OrtValue value) => value.GetTensorMutableDataAsSpan<float>();

    private sealed class NoConditions : IConditions
    {
        public void Dispose()
        {
        }
    }
}
