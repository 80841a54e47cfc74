using Cafe.Embeddings.Writing;
using Cafe.V1;

namespace Cafe.Encoder.Pictures;

/// <summary>One embedding of a picture.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Result">Its key, values and how the cache served it.</param>
/// <param name="SubjectCentred">The subject was centred before encoding.</param>
internal sealed record EncodedPicture(EmbeddingKind Kind, EncodedResult Result, bool SubjectCentred);
