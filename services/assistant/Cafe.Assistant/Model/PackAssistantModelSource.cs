using Cafe.Packs.Manifest;
using Microsoft.Extensions.Options;

namespace Cafe.Assistant.Model;

/// <summary>Loads the model as configured.</summary>
internal sealed class PackAssistantModelSource(IOptions<AssistantSettings> options) : IAssistantModelSource
{
    public IAssistantModel Load(PackFolder pack) => new AssistantModel(pack, options.Value.Session, options.Value.Decoder);
}
