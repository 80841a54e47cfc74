using Cafe.Inference.Encoding;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Microsoft.Extensions.Options;

namespace Cafe.Encoder.Model;

/// <summary>Loads the encoder part of the configured pack.</summary>
internal sealed class PackEncoderPartSource(IOptions<PackSettings> pack, IOptions<EncoderSettings> settings) : IEncoderPartSource
{
    public EncoderPart Load()
    {
        var folder = PackFolder.Open(pack.Value.Path);
        var model = EncoderModel.Load(folder, new SessionFactory(settings.Value.Sessions));
        return EncoderPart.From(folder.Manifest, model, settings.Value.Provider == ExecutionProvider.Cpu ? "cpu" : "cuda");
    }
}
