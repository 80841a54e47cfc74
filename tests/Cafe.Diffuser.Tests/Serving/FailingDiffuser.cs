using Cafe.Diffuser.Model;
using Cafe.Inference.Diffusion;

namespace Cafe.Diffuser.Tests.Serving;

/// <summary>A pack's own model, until a test takes its device away.</summary>
internal sealed class FailingDiffuser(PackDiffuserPartSource source) : IDiffuserPartSource, IDiffusionEngine
{
    private IDiffusionEngine _engine = null!;

    /// <summary>What every decoding fails with; null: it works.</summary>
    public Exception? Failure { get; set; }

    public int MaxRows => _engine.MaxRows;

    public DiffuserPart Load(CancellationToken cancellation)
    {
        var part = source.Load(cancellation);
        _engine = part.Engine;
        return new DiffuserPart(part.Manifest, part.Provenance.Provider, this, part.Counters, part.Times, part.Preview, part);
    }

    public IConditions Condition(float[]? semantic, float[]? subject) => _engine.Condition(semantic, subject);

    public Drawing Begin(DrawingPlan plan, IConditions conditions, ulong seed) => _engine.Begin(plan, conditions, seed);

    public void Step(IReadOnlyList<Drawing> drawings, Span<Exception?> failures, CancellationToken cancellation = default) => _engine.Step(drawings, failures, cancellation);

    public float[] Decode(Drawing drawing) => Failure is { } failure ? throw failure : _engine.Decode(drawing);
}
