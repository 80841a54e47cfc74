using Cafe.Inference.Diffusion;

namespace Cafe.Inference.Tests.Diffusion;

/// <summary>Kinds of guidance, and ways to bring drawings to their end.</summary>
internal static class DrawingRuns
{
    public static readonly Guidance Joint = new(GuidanceMode.Joint, Scale: 3);
    public static readonly Guidance Dual = new(GuidanceMode.Dual, SemanticScale: 4, SubjectScale: 2);
    public static readonly Guidance None = new(GuidanceMode.None);
    public static readonly Guidance Interval = Joint with { IntervalStart = 0.25, IntervalEnd = 0.75 };

    /// <summary>One step of each, which has to succeed.</summary>
    public static void Step(DenoisingEngine engine, IReadOnlyList<Drawing> drawings)
    {
        var failures = new Exception?[drawings.Count];
        engine.Step(drawings, failures, TestContext.Current.CancellationToken);
        Assert.All(failures, Assert.Null);
    }

    /// <summary>All of them together, until the last is done.</summary>
    public static void Run(DenoisingEngine engine, IReadOnlyList<Drawing> drawings)
    {
        while (drawings.Any(drawing => !drawing.Done))
        {
            Step(engine, [.. drawings.Where(drawing => !drawing.Done)]);
        }
    }

    /// <summary>In calls of any subset in any order, until the last is done: rows move, join, leave and come back.</summary>
    public static void RunInAnyCompany(DenoisingEngine engine, IReadOnlyList<Drawing> drawings, Random random)
    {
        while (drawings.Any(drawing => !drawing.Done))
        {
            var pending = drawings.Where(drawing => !drawing.Done).ToArray();
            random.Shuffle(pending);
            Step(engine, pending[..random.Next(1, pending.Length + 1)]);
        }
    }
}
