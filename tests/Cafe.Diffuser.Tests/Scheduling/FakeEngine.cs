using Cafe.Inference.Diffusion;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Diffuser.Tests.Scheduling;

/// <summary>A model that takes the time its table says and draws nothing.</summary>
internal sealed class FakeEngine(FakeTimeProvider time, Func<int, double> seconds, int maxRows = 16) : IDiffusionEngine
{
    public int MaxRows => maxRows;

    public int LiveConditions { get; private set; }

    public double DecodeSeconds { get; init; }

    public List<IReadOnlyList<Drawing>> Calls { get; } = [];

    public List<int> Rows { get; } = [];

    /// <summary>Runs before a call; may throw.</summary>
    public Action<IReadOnlyList<Drawing>>? BeforeStep { get; set; }

    /// <summary>Runs when a picture is decoded, before time passes.</summary>
    public Action? OnDecode { get; set; }

    public int Decoded { get; private set; }

    /// <summary>Runs when a preview's latents are asked for; may throw.</summary>
    public Action<Drawing>? OnDenoised { get; set; }

    /// <summary>Why a picture can't go on, or null.</summary>
    public Func<Drawing, Exception?>? Failure { get; set; }

    public IConditions Condition(float[]? semantic, float[]? subject)
    {
        LiveConditions++;
        return new Live(this);
    }

    public Drawing Begin(DrawingPlan plan, IConditions conditions, ulong seed) => new(plan, conditions, seed, 4);

    public void Step(IReadOnlyList<Drawing> drawings, Span<Exception?> failures, CancellationToken cancellation = default)
    {
        Assert.All(drawings, drawing => Assert.False(((Live)drawing.Conditions).Disposed));
        Assert.Single(drawings.Select(drawing => (drawing.Plan.Width, drawing.Plan.Height)).Distinct());
        var rows = drawings.Sum(drawing => drawing.Terms.Count);
        Assert.True(rows <= MaxRows);
        BeforeStep?.Invoke(drawings);
        cancellation.ThrowIfCancellationRequested();
        Calls.Add(drawings);
        Rows.Add(rows);
        time.Advance(TimeSpan.FromSeconds(seconds(rows)));
        for (var i = 0; i < drawings.Count; i++)
        {
            failures[i] = Failure?.Invoke(drawings[i]);
            if (failures[i] is null)
            {
                drawings[i].Advance(new float[4]);
            }
        }
    }

    public float[] Denoised(Drawing drawing)
    {
        OnDenoised?.Invoke(drawing);
        return drawing.Denoised.ToArray();
    }

    public float[] Decode(Drawing drawing)
    {
        Assert.True(drawing.Done);
        Decoded++;
        OnDecode?.Invoke();
        time.Advance(TimeSpan.FromSeconds(DecodeSeconds));
        return new float[3];
    }

    private sealed class Live(FakeEngine engine) : IConditions
    {
        public bool Disposed { get; private set; }

        public void Dispose()
        {
            Assert.False(Disposed);
            Disposed = true;
            engine.LiveConditions--;
        }
    }
}
