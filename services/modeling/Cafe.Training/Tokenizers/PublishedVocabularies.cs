namespace Cafe.Training.Tokenizers;

/// <summary>Where published models keep their vocabularies.</summary>
/// <param name="Assistant">Folder with the language model's tokenizer.model.</param>
/// <param name="Captions">Folder with CLIP's vocab.json and merges.txt.</param>
public sealed record PublishedVocabularies(string Assistant, string Captions);
