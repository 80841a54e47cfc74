using System.Runtime.ExceptionServices;
using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// A picture of the request and its embedding: encoded once for all stages that need it, and again, also once, when a stage
/// finds the embedding lost or stale. A failure is everybody's too: nobody who waited for an attempt that failed makes another.
/// </summary>
internal sealed class EncodedPicture(GenerationScope scope, EncodeStep encoder, Image image, EmbeddingKind kind, string field)
{
    private readonly SemaphoreSlim _one = new(1);
    private EncodedValue? _value;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The embedding, encoded where nobody has yet.</summary>
    public async Task<EncodedValue> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _value ?? await EncodeAsync(version: 1, byValue: false, cancellationToken);
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
                await EncodeAsync(unusable.Version + 1, byValue: reason == RenewalReason.Lost, cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<EncodedValue> EncodeAsync(int version, bool byValue, CancellationToken cancellationToken)
    {
        _failure?.Throw();
        try
        {
            return _value = await encoder.EncodeAsync(scope, image, kind, field, version, byValue, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }
}
