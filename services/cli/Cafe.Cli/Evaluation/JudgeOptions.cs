using System.CommandLine;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Scoring;
using Cafe.Inference.Sessions;

namespace Cafe.Cli.Evaluation;

/// <summary>Options that name evaluators' folders; each gives its own metrics.</summary>
internal sealed class JudgeOptions
{
    private readonly Option<string?> _identity = new("--identity") { Description = "Identity evaluator: top-1, top-5 and cosine; with classifiers also scene, accessory and look." };
    private readonly Option<string?> _labels = new("--labels") { Description = "Evaluator whose classifiers tell scene, accessory and look. Default: the identity evaluator." };
    private readonly Option<string?> _dino = new("--dino") { Description = "DINO (ViT-S/16 for published figures)." };
    private readonly Option<string?> _clip = new("--clip") { Description = "CLIP (ViT-B/32 for published figures): CLIP-I and CLIP-T." };
    private readonly Option<string?> _face = new("--face") { Description = "Face embedder: any ONNX model with an evaluator.json." };

    public void AddTo(Command command)
    {
        foreach (var option in new[] { _identity, _labels, _dino, _clip, _face })
        {
            command.Add(option);
        }
    }

    /// <summary>Opens them; the caller disposes.</summary>
    public Judges Load(ParseResult result)
    {
        var sessions = new SessionFactory(new SessionSettings());
        return new Judges { Identity = Open(_identity), Labels = Open(_labels), Dino = Open(_dino), Clip = Open(_clip), Face = Open(_face) };

        Evaluator? Open(Option<string?> option) => result.GetValue(option) is { } folder ? Evaluator.Load(folder, sessions) : null;
    }
}
