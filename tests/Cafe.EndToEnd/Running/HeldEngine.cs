using Cafe.Diffuser.Model;
using Cafe.Inference.Diffusion;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.EndToEnd.Running;

/// <summary>The diffuser's model, whose first step lasts until the test lets it end.</summary>
internal sealed class HeldEngine : IDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly TaskCompletionSource _inStep = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stepsDone;

    /// <summary>Completes when the first step has begun.</summary>
    public Task InStep => _inStep.Task;

    /// <summary>Steps that have ended.</summary>
    public int StepsDone => Volatile.Read(ref _stepsDone);

    /// <summary>Lets the step end, and all others go as they do.</summary>
    public void Release() => _released.Set();

    /// <summary>Puts it between the diffuser and its model.</summary>
    public void Configure(IServiceCollection services)
    {
        var original = services.Last(service => service.ServiceType == typeof(IDiffuserPartSource)).ImplementationType!;
        services.AddSingleton<IDiffuserPartSource>(provider => new Source((IDiffuserPartSource)ActivatorUtilities.CreateInstance(provider, original), this));
    }

    public void Dispose()
    {
        Release();
        _released.Dispose();
    }

    private sealed class Source(IDiffuserPartSource original, HeldEngine held) : IDiffuserPartSource
    {
        public DiffuserPart Load(CancellationToken cancellation)
        {
            var part = original.Load(cancellation);
            return new DiffuserPart(part.Manifest, "cpu", new Engine(part.Engine, held), part.Counters, part.Times, part.Preview, part);
        }
    }

    private sealed class Engine(IDiffusionEngine model, HeldEngine held) : IDiffusionEngine
    {
        public int MaxRows => model.MaxRows;

        public IConditions Condition(float[]? semantic, float[]? subject) => model.Condition(semantic, subject);

        public Drawing Begin(DrawingPlan plan, IConditions conditions, ulong seed) => model.Begin(plan, conditions, seed);

        public void Step(IReadOnlyList<Drawing> drawings, Span<Exception?> failures, CancellationToken cancellation = default)
        {
            held._inStep.TrySetResult();
            held._released.Wait(cancellation);
            model.Step(drawings, failures, cancellation);
            Interlocked.Increment(ref held._stepsDone);
        }

        public float[] Decode(Drawing drawing) => model.Decode(drawing);
    }
}
