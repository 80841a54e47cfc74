namespace Cafe.Diffuser.Model;

/// <summary>Where the served part comes from.</summary>
public interface IDiffuserPartSource
{
    /// <summary>Loads and warms up; takes as long as that takes.</summary>
    /// <exception cref="Cafe.Packs.Manifest.PackException">The pack can't be served; the message says why.</exception>
    DiffuserPart Load(CancellationToken cancellation);
}
