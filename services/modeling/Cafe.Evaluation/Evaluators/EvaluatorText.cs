namespace Cafe.Evaluation.Evaluators;

/// <summary>The text tower of an evaluator, with CLIP's tokenizer.</summary>
/// <param name="Graph">Takes input_ids and attention_mask, int64 [N, positions].</param>
/// <param name="Output">The embedding, [N, width].</param>
/// <param name="Positions">Tokens of a text; longer ones are cut.</param>
/// <param name="Vocab">vocab.json.</param>
/// <param name="Merges">merges.txt.</param>
public sealed record EvaluatorText(string Graph, string Output, int Positions, string Vocab, string Merges);
