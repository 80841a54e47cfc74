using Cafe.Scheduling.Queue;
using Cafe.V1;

namespace Cafe.Encoder.Pictures;

/// <summary>A checked request to encode one picture.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Kinds">Subject, Image or both; no repeats.</param>
/// <param name="ReturnValues">The values are wanted, not references alone.</param>
/// <param name="BypassCache">Don't read the cache.</param>
/// <param name="WorkClass">Queue class.</param>
/// <param name="Tenant">Whom to be fair between; may be empty.</param>
/// <param name="RequestId">For logs.</param>
internal sealed record PictureJob(
    ReadOnlyMemory<byte> Bytes, IReadOnlyList<EmbeddingKind> Kinds, bool ReturnValues, bool BypassCache, WorkClass WorkClass, string Tenant, string RequestId);
