using Cafe.Packs.Manifest;

namespace Cafe.Assistant.Model;

/// <summary>Where the served model comes from.</summary>
public interface IAssistantModelSource
{
    /// <summary>Loads a pack's model; may take minutes for a large one.</summary>
    /// <exception cref="PackException">The pack can't be served; the message says why.</exception>
    IAssistantModel Load(PackFolder pack);
}
