using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>What a drawing's attempts hand on to the next.</summary>
internal sealed class DrawState
{
    /// <summary>What draws.</summary>
    public Provenance? Provenance { get; private set; }

    /// <summary>Pictures that the caller has.</summary>
    public HashSet<int> Delivered { get; } = [];

    /// <summary>The caller has seen something of the drawing.</summary>
    public bool Shown { get; set; }

    /// <summary>An attempt has begun.</summary>
    public void Accept(Provenance provenance)
    {
        // Before anything is shown nothing binds the call to a part.
        if (Provenance is not null && Shown && !PackChangedException.Same(Provenance, provenance))
        {
            throw new PackChangedException(Stage.Diffuser, Provenance, provenance);
        }

        Provenance = provenance;
    }
}
