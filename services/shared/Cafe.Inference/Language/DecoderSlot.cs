namespace Cafe.Inference.Language;

/// <summary>One sequence's place in the cache. Given out by <see cref="DecoderEngine.TryAdmit"/>, given back by <see cref="DecoderEngine.Release"/>.</summary>
public sealed class DecoderSlot
{
    internal DecoderSlot(int row) => Row = row;

    /// <summary>Tokens in the cache.</summary>
    public int Length { get; internal set; }

    /// <summary>Where in the cache it is now; may change when another leaves.</summary>
    internal int Row { get; set; }

    internal bool Released { get; set; }
}
