using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Packs.Graphs;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Cli.Model;

/// <summary>Checks a pack file by file and graph by graph. Everything is checked, whatever was found before.</summary>
internal static class PackVerifier
{
    /// <param name="sessions">Runs the graphs; null to leave them alone.</param>
    public static IEnumerable<Finding> Verify(PackFolder pack, SessionFactory? sessions, CancellationToken cancellation = default)
    {
        var manifest = pack.Manifest;
        var parts = new[] { manifest.Parts.Encoder, manifest.Parts.Assistant, manifest.Parts.Diffuser };
        foreach (var file in parts.SelectMany(part => part.Files))
        {
            yield return Check(file.Path, () => Hash(pack, file, cancellation));
        }

        yield return Check("assistant.tokenizer", () => Tokenizer(pack));
        if (manifest.Encoder.Text is { } text)
        {
            yield return Check("encoder.text", () => $"{ClipTokenizer.Read(pack.PathOf(text.Vocab), pack.PathOf(text.Merges)).EndId + 1} pieces");
        }

        yield return Check("diffuser.scheduler", () => Scheduler(manifest.Diffuser));
        if (sessions is null)
        {
            yield break;
        }

        var probe = new GraphProbe(pack, sessions);
        foreach (var contract in GraphContracts.Of(manifest))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Check(contract.Path, () => probe.Run(contract, cancellation));
        }
    }

    private static Finding Check(string subject, Func<string> check)
    {
        try
        {
            return new Finding(subject, check());
        }
        catch (Exception e) when (e is PackException or IOException or InvalidDataException or OnnxRuntimeException or GraphLoadException or SchedulerConfigException or ArgumentException or UnauthorizedAccessException)
        {
            return new Finding(subject, "", e.Message);
        }
    }

    private static string Hash(PackFolder pack, PackFile file, CancellationToken cancellation)
    {
        var path = pack.PathOf(file.Path);
        if (!File.Exists(path))
        {
            throw new PackException("is missing");
        }

        var length = new FileInfo(path).Length;
        if (length != file.Bytes)
        {
            throw new PackException($"has {length} bytes, the manifest says {file.Bytes}");
        }

        return PackHash.Sha256(path, cancellation: cancellation) == file.Sha256 ? ByteSize.Format(length) : throw new PackException("its contents have another hash than the manifest says");
    }

    private static string Tokenizer(PackFolder pack)
    {
        var assistant = pack.Manifest.Assistant;
        var model = SentencePieceModel.Read(pack.PathOf(assistant.Tokenizer.Path));
        return model.Count <= assistant.VocabSize ? $"{model.Count} pieces" : throw new PackException($"has {model.Count} pieces, assistant.vocab_size is {assistant.VocabSize}");
    }

    private static string Scheduler(DiffuserSection diffuser)
    {
        var plan = SamplerPlan.Create(SamplerNames.Parse(diffuser.Defaults.Sampler), SchedulerConfig.Parse(diffuser.Scheduler), diffuser.Defaults.Steps);
        return $"{diffuser.Defaults.Sampler}, {plan.Steps.Count} steps";
    }
}
