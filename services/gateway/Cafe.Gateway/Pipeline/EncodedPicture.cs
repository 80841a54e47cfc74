using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// A picture of the request and its embedding: encoded once for all stages that need it, and again, also once, when a stage
/// finds the embedding lost or stale.
/// </summary>
internal sealed class EncodedPicture(GenerationScope scope, EncodeStep encoder, Image image, EmbeddingKind kind, string field)
{
    private readonly SemaphoreSlim _one = new(1);
    private EncodedValue? _value;

    /// <summary>The embedding, encoded where nobody has yet.</summary>
    public async Task<EncodedValue> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _value ??= await encoder.EncodeAsync(scope, image, kind, field, version: 1, byValue: false, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A new embedding in the place of one that a stage couldn't use.</summary>
    public async Task RenewAsync(EncodedValue unusable, RenewalReason reason, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // The other stage may have renewed it already.
            if (_value is null || _value.Version == unusable.Version)
            {
                var byValue = reason == RenewalReason.Lost;
                _value = await encoder.EncodeAsync(scope, image, kind, field, unusable.Version + 1, byValue, cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }
}
