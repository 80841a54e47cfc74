using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;

namespace Cafe.Cli.Distillation;

/// <summary>Retrieved from a folder of pictures: the one whose CLIP embedding is nearest to the caption's.</summary>
internal sealed class RetrievedReferences : IReferences
{
    private const int Batch = 64;
    private readonly Evaluator _clip;
    private readonly string[] _files;
    private readonly List<float[]> _embeddings = [];

    /// <exception cref="CliException">The folder has no pictures.</exception>
    public RetrievedReferences(string folder, Evaluator clip, CancellationToken cancellation)
    {
        _clip = clip;
        _files = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".webp").Select(Path.GetFullPath).Order(StringComparer.Ordinal)]
            : throw new CliException($"There is no folder {folder}.");
        foreach (var batch in _files.Chunk(Batch))
        {
            _embeddings.AddRange(clip.Read([.. batch.Select(PictureReader.Read)], cancellation).Select(reading => reading.Embedding));
        }

        if (_files.Length == 0)
        {
            throw new CliException($"{folder} has no pictures to retrieve.");
        }
    }

    public string? Find(PlanItem item)
    {
        var words = _clip.Embed([item.Caption])[0];
        return _files[Enumerable.Range(0, _files.Length).MaxBy(i => Similarity.Cosine(words, _embeddings[i]))];
    }
}
