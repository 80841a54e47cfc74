using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>Keys and values of both conditions for one cross-attention layer, each [B, heads, tokens, d].</summary>
internal sealed record CrossConditions(Value SemanticKey, Value SemanticValue, Value SubjectKey, Value SubjectValue);
