using System.Text.Json;
using Cafe.Training.Running;

namespace Cafe.Training.Language;

/// <summary>The configuration file of a language model's training.</summary>
public sealed record LanguageModelOptions
{
    public required string Stage { get; init; }

    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>LlamaForCausalLM's config.json.</summary>
    public required JsonElement Model { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Folder of a store with token ids.</summary>
    public required string Store { get; init; }

    /// <summary>Folder of a store with lists of names to be said again (recitals), whose rows come among the conversations; null for none.</summary>
    public string? Recitals { get; init; }

    /// <summary>A store that is not trained on, for its loss; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>Files of the tokenizer, copied beside the model.</summary>
    public IReadOnlyList<string> TokenizerFiles { get; init; } = [];

    /// <summary>
    /// Weight of a token of the conversation so far against one of the reply, in [0, 1]. What users say can't be foreseen, least of all a name that nobody ever heard, and nothing asks the model to. Default 1.
    /// </summary>
    public double PromptWeight { get; init; } = 1;

    /// <summary>
    /// Weight of a token of the subject's name in the reply, and of the one after it, which says that the name is over, against the reply's others; from 1. Most of a reply is soon learned, to repeat a name is
    /// what takes long. Above 1 the store has to have where names are (<c>name</c>). Default 1.
    /// </summary>
    public double NameWeight { get; init; } = 1;

    /// <summary>
    /// Parts of names: weights whose name has one of them are trained, the others stay as the model to start from has them.
    /// Needs <see cref="TrainingOptions.StartFrom"/>. None: all are trained. Default none.
    /// </summary>
    public IReadOnlyList<string> TrainOnly { get; init; } = [];

    public bool Recompute { get; init; }
}
