using System.Diagnostics;
using Cafe.Assistant.Model;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Encoding;
using Cafe.Inference.Language;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Benchmarks.Pipeline;

/// <summary>The ONNX Runtime calls that a generation makes, one after the other in this thread: no gRPC, queue, tokenizer, cache or PNG.</summary>
internal sealed class BarePipeline : IDisposable
{
    // Any that doesn't end a reply: what a token is makes no difference to its time.
    private const int Token = 5;

    private readonly PackManifest _manifest;
    private readonly EncoderModel _encoder;
    private readonly AssistantModel _assistant;
    private readonly DiffusionModel _diffusion;
    private readonly DenoisingEngine _engine;
    private readonly SchedulerConfig _scheduler;

    public BarePipeline(PackFolder pack)
    {
        _manifest = pack.Manifest;
        var settings = new SessionSettings();
        _encoder = EncoderModel.Load(pack, new SessionFactory(settings));
        _assistant = new AssistantModel(pack, settings, new DecoderSettings());
        _diffusion = DiffusionModel.Open(pack, new SessionFactory(settings));
        _engine = new DenoisingEngine(_diffusion, settings, maxRows: 16);
        _scheduler = SchedulerConfig.Parse(System.Text.Encoding.UTF8.GetBytes(_manifest.Diffuser.Scheduler.GetRawText()));
    }

    /// <summary>One generation of one picture.</summary>
    /// <param name="promptTokens">Of text and picture, as the served call said.</param>
    /// <param name="replyTokens">As the served call said.</param>
    /// <param name="steps">Of the sampler.</param>
    /// <returns>Seconds of the encoder's calls, the assistant's and the diffuser's.</returns>
    public double[] Run(int promptTokens, int replyTokens, int steps)
    {
        var begun = Stopwatch.GetTimestamp();
        var subject = _encoder.EncodePictures(EncoderTower.Subject, [new GreyPicture()])[0];
        var encoded = Stopwatch.GetTimestamp();
        var semantic = Reply(subject, promptTokens, replyTokens);
        var replied = Stopwatch.GetTimestamp();
        Draw(semantic, subject, steps);
        return [Stopwatch.GetElapsedTime(begun, encoded).TotalSeconds, Stopwatch.GetElapsedTime(encoded, replied).TotalSeconds, Stopwatch.GetElapsedTime(replied).TotalSeconds];
    }

    public void Dispose()
    {
        _engine.Dispose();
        _diffusion.Dispose();
        _assistant.Dispose();
        _encoder.Dispose();
    }

    private float[] Reply(float[] subject, int promptTokens, int replyTokens)
    {
        var tokens = _manifest.Encoder.Subject.Tokens;
        var prompt = new ChatPrompt([1], [.. Enumerable.Repeat(Token, Math.Max(1, promptTokens - tokens - 1))]);
        var request = new ReplyRequest { Prompt = prompt, Subject = subject, SubjectTokens = tokens, Sampling = new Sampling(0, 1, 1) };
        if (!_assistant.TryAdmit(out var slot))
        {
            throw new InvalidOperationException("The cache has no free place.");
        }

        try
        {
            var embedded = _assistant.Embed(request);
            for (var at = 0; at < embedded.Length; at += _assistant.PrefillChunk * _assistant.HiddenSize)
            {
                _assistant.Prefill(slot, embedded.AsSpan(at, Math.Min(_assistant.PrefillChunk * _assistant.HiddenSize, embedded.Length - at)));
            }

            var output = new DecoderOutput[1];
            for (var i = 0; i < replyTokens; i++)
            {
                _assistant.Step([new StepInput(slot, Token)], output);
            }

            _assistant.Step([new StepInput(slot, StepInput.ImageToken)], output);
            return _assistant.Predict(output[0].Hidden.Span);
        }
        finally
        {
            _assistant.Release(slot);
        }
    }

    private void Draw(float[] semantic, float[] subject, int steps)
    {
        var (size, defaults) = (_manifest.Diffuser.Size, _manifest.Diffuser.Defaults);
        var guidance = new Guidance(GuidanceMode.Joint, defaults.GuidanceScale, defaults.SemanticScale, defaults.SubjectScale, defaults.IntervalStart, defaults.IntervalEnd);
        var plan = new DrawingPlan(SamplerPlan.Create(SamplerKind.Dpmpp2M, _scheduler, steps), guidance, ConditionBranch.Both, defaults.SubjectStrength, size.DefaultWidth, size.DefaultHeight);
        using var conditions = _engine.Condition(semantic, subject);
        var drawing = _engine.Begin(plan, conditions, seed: 1);
        var failures = new Exception?[1];
        while (!drawing.Done)
        {
            _engine.Step([drawing], failures);
        }

        _engine.Decode(drawing);
    }

    private sealed class GreyPicture : IPixelRow
    {
        public void Write(Span<float> chw) => chw.Clear();
    }
}
