using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Diffusion;

/// <summary>
/// Denoises pictures of different requests in common UNet calls, each at its own timestep, under its own conditions and guidance.
/// No number of a picture depends on its neighbours or on the row it is in: on the CPU in fp32 it is the same bit for bit, alone
/// or in company, on the host or with latents kept where the graphs run. Not thread-safe: one caller at a time, which is the
/// scheduler's loop.
/// </summary>
public sealed class DenoisingEngine : IDiffusionEngine, IDisposable
{
    // Bindings kept, each with its buffers of latents: callers choose among thousands of sizes, and the last ones come again.
    private const int MaxSteps = 32;
    private readonly DiffusionModel _model;
    private readonly ConditionLayout _layout;
    private readonly DeviceMemory _memory;
    private readonly ConditionBatch _batch;
    private readonly LatentSessions? _latentGraphs;
    private readonly LatentMemory? _latents;
    private readonly OrderedDictionary<(int Rows, int Height, int Width), UnetStep> _steps = [];
    private readonly Conditions _null;
    private ConditionBuffers? _bound;
    private EngineCounters _counters;

    /// <summary>Computes the null branch's conditions, which are constants of the pack.</summary>
    /// <param name="model">The graphs; stay the caller's.</param>
    /// <param name="settings">The settings that they were opened with.</param>
    /// <param name="maxRows">Rows that one call may have, 3 or more.</param>
    /// <param name="latentGraphs">Keep latents where the graphs run from step to step, opened with the same settings; stay the caller's. Null: they are advanced on the host.</param>
    public DenoisingEngine(DiffusionModel model, SessionSettings settings, int maxRows, LatentSessions? latentGraphs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 3);
        _model = model;
        MaxRows = maxRows;
        _layout = new ConditionLayout(model.Conditioner, model.Unet, model.Section.Conditioning);
        _memory = new DeviceMemory(model.Unet, settings);
        _batch = new ConditionBatch(_layout, _memory, Fill);
        _latentGraphs = latentGraphs;
        _latents = latentGraphs is null ? null : new LatentMemory(_memory, latentGraphs, model.Section.LatentChannels);
        _null = Compute(model.NullSemantic, model.NullSubject);
    }

    /// <inheritdoc/>
    public int MaxRows { get; }

    /// <summary>What was done since the start.</summary>
    public EngineCounters Counters => _counters with { LatentBytesCopied = _counters.LatentBytesCopied + (_latents?.BytesCopied ?? 0) };

    /// <summary>Bytes of keys and values of one row.</summary>
    public long ConditionRowBytes => _layout.RowBytes;

    /// <inheritdoc/>
    public IConditions Condition(float[]? semantic, float[]? subject)
    {
        var lease = new Lease(this, Compute(semantic ?? _model.NullSemantic, subject ?? _model.NullSubject));
        _counters = _counters with { LiveConditions = _counters.LiveConditions + 1 };
        return lease;
    }

    /// <inheritdoc/>
    public Drawing Begin(DrawingPlan plan, IConditions conditions, ulong seed)
    {
        var (height, width) = LatentSize(plan);
        return new Drawing(plan, conditions, seed, _model.Section.LatentChannels * height * width);
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<Drawing> drawings, Span<Exception?> failures, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(drawings.Count, nameof(drawings));
        var (height, width) = LatentSize(drawings[0].Plan);
        var rows = new StepRows(drawings, MaxRows);
        var contents = new RowContent[rows.Count];
        for (var r = 0; r < rows.Count; r++)
        {
            contents[r] = Content(drawings[rows[r].Drawing].Conditions, rows[r].Term.Branch);
        }

        TakeOver(drawings, height, width);
        _batch.Arrange(contents, rows.Places);
        var step = StepFor(rows.Count, height, width);
        for (var r = 0; r < rows.Count; r++)
        {
            var drawing = drawings[rows[r].Drawing];
            step.Timestep[rows.Places[r]] = drawing.Timestep;
            step.Strength[rows.Places[r]] = drawing.Plan.SubjectStrength;
        }

        step.Latents.WriteInput(rows);
        DeviceMemoryException.Guard(() => step.Run(cancellation), $"a UNet call of {rows.Count} rows");
        _counters = _counters with
        {
            UnetCalls = _counters.UnetCalls + 1,
            UnetRows = _counters.UnetRows + rows.Count,
            LatentBytesCopied = _counters.LatentBytesCopied + step.Latents.BytesOfCall,
        };
        var finite = new bool[drawings.Count];
        step.Latents.Advance(rows, finite);
        for (var i = 0; i < drawings.Count; i++)
        {
            failures[i] = finite[i] ? null : new ModelOutputException($"The UNet gave NaN or infinity at step {drawings[i].Step + 1} of {drawings[i].Plan.Steps}.");
        }
    }

    /// <inheritdoc/>
    public float[] Decode(Drawing drawing)
    {
        var (height, width) = LatentSize(drawing.Plan);
        if (drawing.Slot is not { } slot)
        {
            return Decode(drawing.Latents, height, width);
        }

        // From the slot to the autoencoder without the host.
        var section = _model.Section;
        using var block = _memory.Allocate(sizeof(float) * (long)slot.Pool.Count);
        using var numbers = _memory.View(block, 0, TensorElementType.Float, [slot.Pool.Count]);
        using var input = _memory.View(block, 0, TensorElementType.Float, [1, section.LatentChannels, height, width]);
        slot.CopyLatents(numbers, section.ScalingFactor);
        return RunDecoder(input, height, width);
    }

    /// <summary>Decodes latents, [channels, height, width] in the sampler's scale, to [3, height x downscale, width x downscale].</summary>
    /// <exception cref="ModelOutputException">The decoder gave NaN.</exception>
    public float[] Decode(ReadOnlySpan<float> latents, int height, int width)
    {
        var section = _model.Section;
        var input = new float[latents.Length];
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (float)(latents[i] / section.ScalingFactor);
        }

        using var source = Tensors.Of(input, 1, section.LatentChannels, height, width);
        return RunDecoder(source, height, width);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropSteps();
        _latents?.Dispose();
        _batch.Dispose();
        _null.Dispose();
        _memory.Dispose();
    }

    // Pictures that make their first step here: their noise goes where the graphs run, if latents are kept there.
    private void TakeOver(IReadOnlyList<Drawing> drawings, int height, int width)
    {
        foreach (var drawing in drawings)
        {
            if (_latents is not null && drawing.Slot is null)
            {
                var slot = _latents.Take(height, width);
                try
                {
                    drawing.MoveTo(slot);
                    ((Lease)drawing.Conditions).Keep(slot);
                }
                catch
                {
                    slot.Dispose();
                    throw;
                }
            }
        }
    }

    private float[] RunDecoder(OrtValue latents, int height, int width)
    {
        var (pixelHeight, pixelWidth) = (height * _model.Section.Downscale, width * _model.Section.Downscale);
        var picture = new float[3 * pixelHeight * pixelWidth];
        using var binding = _model.VaeDecoder.CreateBinding();
        using var target = Tensors.Of(picture, 1, 3, pixelHeight, pixelWidth);
        binding.BindInput("latent_sample", latents);
        binding.BindOutput("sample", target);
        DeviceMemoryException.Guard(() => _model.VaeDecoder.Run(binding), $"decoding {pixelWidth}x{pixelHeight} pixels");
        return Numbers.AllFinite<float>(picture) ? picture : throw new ModelOutputException("The autoencoder gave NaN or infinity.");
    }

    private RowContent Content(IConditions conditions, ConditionBranch branch)
    {
        var own = ((Lease)conditions).Conditions;
        return new RowContent(branch.HasFlag(ConditionBranch.Semantic) ? own : _null, branch.HasFlag(ConditionBranch.Subject) ? own : _null);
    }

    private UnetStep StepFor(int rows, int height, int width)
    {
        if (_bound != _batch.Buffers)
        {
            DropSteps();
            _bound = _batch.Buffers;
        }

        if (_steps.Remove((rows, height, width), out var step))
        {
            _steps.Add((rows, height, width), step); // used last
        }
        else
        {
            if (_steps.Count == MaxSteps)
            {
                _steps.GetAt(0).Value.Dispose();
                _steps.RemoveAt(0);
            }

            var section = _model.Section;
            IStepLatents latents = _latentGraphs is null
                ? new HostStepLatents(rows, section.LatentChannels, section.CoordinateChannels, height, width)
                : new DeviceStepLatents(_latentGraphs, _memory, rows, section.LatentChannels, section.CoordinateChannels, height, width);
            step = new UnetStep(_model.Unet, _layout, _bound!, rows, latents);
            _steps.Add((rows, height, width), step);
            _counters = _counters with { Bindings = _counters.Bindings + 1 };
        }

        return step;
    }

    private void DropSteps()
    {
        foreach (var step in _steps.Values)
        {
            step.Dispose();
        }

        _steps.Clear();
    }

    private Conditions Compute(float[] semantic, float[] subject)
    {
        var conditioning = _model.Section.Conditioning;
        Check(semantic, conditioning.Semantic.Tokens * conditioning.Semantic.Width, nameof(semantic));
        Check(subject, conditioning.Subject.Tokens * conditioning.Subject.Width, nameof(subject));
        if (!_memory.OnHost)
        {
            return new Conditions(semantic, subject, null);
        }

        var kept = new ConditionBuffers(_layout, _memory, 1);
        try
        {
            RunConditioner(semantic, subject, kept, 0);
            return kept.FindNotFinite() is { } name
                ? throw new ModelOutputException($"The conditioner gave NaN or infinity in '{name}'.")
                : new Conditions(semantic, subject, kept);
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    private void Fill(RowContent content, ConditionBuffers buffers, int row)
    {
        var (semantic, subject) = (content.Semantic!, content.Subject!);
        if (_memory.OnHost)
        {
            var bytes = buffers.CopyRow(row, semantic.Kept!, 0, ConditionBranch.Semantic) + buffers.CopyRow(row, subject.Kept!, 0, ConditionBranch.Subject);
            _counters = _counters with { ConditionBytesCopied = _counters.ConditionBytesCopied + bytes };
        }
        else
        {
            RunConditioner(semantic.Semantic, subject.Subject, buffers, row);
        }
    }

    private void RunConditioner(float[] semantic, float[] subject, ConditionBuffers target, int row)
    {
        var conditioning = _model.Section.Conditioning;
        List<OrtValue> values = [];
        OrtValue Keep(OrtValue value)
        {
            values.Add(value);
            return value;
        }

        try
        {
            using var binding = _model.Conditioner.CreateBinding();
            binding.BindInput("semantic", Keep(Tensors.Of(semantic, 1, conditioning.Semantic.Tokens, conditioning.Semantic.Width)));
            binding.BindInput("subject", Keep(Tensors.Of(subject, 1, conditioning.Subject.Tokens, conditioning.Subject.Width)));
            for (var i = 0; i < _layout.Tensors.Count; i++)
            {
                binding.BindOutput(_layout.Tensors[i].Name, Keep(target.View(i, row, 1)));
            }

            DeviceMemoryException.Guard(() => _model.Conditioner.Run(binding), "the conditions of a request");
            _counters = _counters with { ConditionerCalls = _counters.ConditionerCalls + 1 };
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    private (int Height, int Width) LatentSize(DrawingPlan plan) =>
        (plan.Height / _model.Section.Downscale, plan.Width / _model.Section.Downscale);

    private static void Check(float[] embedding, int length, string name)
    {
        if (embedding.Length != length)
        {
            throw new ArgumentException($"The {name} condition has {embedding.Length} numbers, not {length}.", name);
        }
    }

    /// <summary>What a caller holds: giving it back also empties the rows that hold it, and the slots of its pictures.</summary>
    private sealed class Lease(DenoisingEngine engine, Conditions conditions) : IConditions
    {
        private readonly List<LatentSlot> _slots = [];
        private bool _returned;

        public Conditions Conditions => conditions;

        public void Keep(LatentSlot slot) => _slots.Add(slot);

        public void Dispose()
        {
            engine._batch.Forget(conditions);
            _slots.ForEach(slot => slot.Dispose());
            conditions.Dispose();
            if (!_returned)
            {
                _returned = true;
                engine._counters = engine._counters with { LiveConditions = engine._counters.LiveConditions - 1 };
            }
        }
    }
}
