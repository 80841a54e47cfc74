using Cafe.Gateway.Configuration;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Imaging.Tensors;
using Cafe.Inference.Sessions;

namespace Cafe.Gateway.Moderation;

/// <summary>Classifies pictures with an ONNX graph: one input [1, 3, size, size], one output [1, classes] of logits.</summary>
internal sealed class ClassifierModerator : IModerator, IDisposable
{
    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];
    private readonly ModerationOptions _options;
    private readonly int[] _blocked;
    private readonly PixelNormalization _normalization;
    private readonly ModelSession _session;

    public ClassifierModerator(ModerationOptions options)
    {
        _options = options;
        _normalization = new PixelNormalization(options.ClassifierMean ?? Half, options.ClassifierStd ?? Half);
        _blocked = options.BlockedClasses ?? [1];
        _session = new SessionFactory(new SessionSettings()).Open(options.ClassifierPath!);
        if (_session.Inputs.Count != 1 || _session.Outputs.Count != 1)
        {
            throw new InvalidOperationException(
                $"Moderation:ClassifierPath: the graph must have one input and one output, not {_session.Inputs.Count} and {_session.Outputs.Count}.");
        }
    }

    public bool ReviewsTexts => false;

    public bool ReviewsPictures => true;

    public ValueTask<bool> AllowsTextAsync(ModeratedKind kind, string text, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public ValueTask<bool> AllowsPictureAsync(ModeratedKind kind, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        new(Task.Run(() => BlockedShare(file, cancellationToken) < _options.Threshold, cancellationToken));

    public void Dispose() => _session.Dispose();

    private double BlockedShare(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var side = _options.ClassifierSize;
        var picture = PictureDecoder.Decode(file, ImageLimits.Default, new Rgb(255, 255, 255)).Resize(side, side);
        var pixels = new float[3 * side * side];
        picture.ToTensor(_normalization, pixels);
        using var input = Tensors.Of(pixels, 1, 3, side, side);
        using var result = _session.Run(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> { [_session.Inputs[0].Name] = input }, cancellationToken);
        var logits = result.Span<float>(_session.Outputs[0].Name).ToArray();
        var largest = logits.Max();
        var weights = logits.Select(logit => Math.Exp(logit - largest)).ToArray();
        return _blocked.Where(blocked => blocked < weights.Length).Sum(blocked => weights[blocked]) / weights.Sum();
    }
}
