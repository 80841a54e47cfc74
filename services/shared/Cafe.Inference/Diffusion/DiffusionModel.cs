using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;

namespace Cafe.Inference.Diffusion;

/// <summary>The opened graphs of a pack's diffuser part.</summary>
public sealed class DiffusionModel : IDisposable
{
    /// <summary>Takes over graphs that are open already.</summary>
    /// <param name="section">The manifest's section.</param>
    /// <param name="conditioner">diffuser/conditioner.</param>
    /// <param name="unet">diffuser/unet.</param>
    /// <param name="vaeDecoder">diffuser/vae_decoder.</param>
    /// <param name="nullSemantic">[tokens, width]; null for zeros.</param>
    /// <param name="nullSubject">[tokens, width]; null for zeros.</param>
    public DiffusionModel(
        DiffuserSection section,
        ModelSession conditioner,
        ModelSession unet,
        ModelSession vaeDecoder,
        float[]? nullSemantic = null,
        float[]? nullSubject = null)
    {
        Section = section;
        Conditioner = conditioner;
        Unet = unet;
        VaeDecoder = vaeDecoder;
        NullSemantic = nullSemantic ?? new float[section.Conditioning.Semantic.Tokens * section.Conditioning.Semantic.Width];
        NullSubject = nullSubject ?? new float[section.Conditioning.Subject.Tokens * section.Conditioning.Subject.Width];
    }

    /// <summary>The manifest's section.</summary>
    public DiffuserSection Section { get; }

    internal ModelSession Conditioner { get; }

    internal ModelSession Unet { get; }

    internal ModelSession VaeDecoder { get; }

    internal float[] NullSemantic { get; }

    internal float[] NullSubject { get; }

    /// <summary>Opens a pack's diffuser part.</summary>
    /// <exception cref="PackException">A file is missing or has another length.</exception>
    public static DiffusionModel Open(PackFolder pack, SessionFactory sessions)
    {
        var section = pack.Manifest.Diffuser;
        pack.CheckFiles(pack.Manifest.Parts.Diffuser);
        List<IDisposable> opened = [];
        ModelSession Load(string path)
        {
            var session = sessions.Open(pack.PathOf(path));
            opened.Add(session);
            return session;
        }

        try
        {
            return new DiffusionModel(
                section,
                Load(section.Conditioner),
                Load(section.Unet),
                Load(section.VaeDecoder),
                ReadRows(pack, section.Conditioning.Semantic),
                ReadRows(pack, section.Conditioning.Subject));
        }
        catch
        {
            opened.ForEach(session => session.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Conditioner.Dispose();
        Unet.Dispose();
        VaeDecoder.Dispose();
    }

    private static float[]? ReadRows(PackFolder pack, ConditionTokens condition)
    {
        if (condition.Null is not { } path)
        {
            return null;
        }

        var bytes = File.ReadAllBytes(pack.PathOf(path));
        var expected = condition.Tokens * condition.Width * sizeof(float);
        if (bytes.Length != expected)
        {
            throw new PackException($"{path} has {bytes.Length} bytes; [{condition.Tokens}, {condition.Width}] float32 takes {expected}.");
        }

        var rows = new float[expected / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, rows, 0, expected);
        return rows;
    }
}
