using Cafe.Evaluation.Evaluators;

namespace Cafe.Evaluation.Scoring;

/// <summary>The evaluators of one scoring; each gives its own metrics, and those of absent ones are left out.</summary>
public sealed class Judges : IDisposable
{
    /// <summary>Tells subjects apart, and where it has the heads scene, accessory and look, classifies.</summary>
    public Evaluator? Identity { get; init; }

    /// <summary>Classifies scene, accessory and look in the identity evaluator's place.</summary>
    public Evaluator? Labels { get; init; }

    /// <summary>DINO ViT-S/16 in published figures.</summary>
    public Evaluator? Dino { get; init; }

    /// <summary>CLIP ViT-B/32 in published figures; with its text tower.</summary>
    public Evaluator? Clip { get; init; }

    /// <summary>A face embedder. Pictures must show aligned faces where it needs them.</summary>
    public Evaluator? Face { get; init; }

    /// <summary>Which evaluator has which part; scores of other evaluators are not to be mixed with these.</summary>
    public IReadOnlyDictionary<string, string> Names => new[] { ("identity", Identity), ("labels", Labels), ("dino", Dino), ("clip", Clip), ("face", Face) }
        .Where(part => part.Item2 is not null)
        .ToDictionary(part => part.Item1, part => part.Item2!.Description.Name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var evaluator in new[] { Identity, Labels, Dino, Clip, Face })
        {
            evaluator?.Dispose();
        }
    }
}
