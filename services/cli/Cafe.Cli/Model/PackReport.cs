using System.Globalization;
using Cafe.Modeling.Building;
using Cafe.Modeling.Building.Sizing;
using Cafe.Packs.Manifest;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary>A pack by part: graphs, weights, what they take in memory, what a request adds.</summary>
internal static class PackReport
{
    public static void Write(IAnsiConsole console, PackFolder pack)
    {
        var manifest = pack.Manifest;
        console.MarkupLineInterpolated($"[bold]{manifest.Name} {manifest.Version}[/] ({(manifest.Trained ? "trained" : "untrained: random weights")}), for {manifest.Target}");
        if (manifest.Description.Length > 0)
        {
            console.MarkupLineInterpolated($"{manifest.Description}");
        }

        var table = new Table().AddColumns("part", "graph", "precision", "parameters", "on disk", "in memory", "one run, about");
        foreach (var column in new[] { 3, 4, 5, 6 })
        {
            table.Columns[column].RightAligned();
        }

        var total = new PartSize();
        total += Add(table, pack, "encoder", manifest.Parts.Encoder);
        total += Add(table, pack, "assistant", manifest.Parts.Assistant);
        total += Add(table, pack, "diffuser", manifest.Parts.Diffuser);
        table.AddEmptyRow();
        table.AddRow("all", "", "", Number(total.Parameters), ByteSize.Format(total.Disk), ByteSize.Format(total.Memory), "");
        console.Write(table);
        WriteRequest(console, manifest);
        if (manifest.Target == PackTarget.Cuda)
        {
            console.MarkupLine("[yellow]Graphs for cuda were never run by the CUDA provider, only by the CPU's, which casts around every node in halves: run `cafe model verify` on the GPU first.[/]");
        }
    }

    private static PartSize Add(Table table, PackFolder pack, string name, PackPart part)
    {
        var sum = new PartSize();
        foreach (var file in part.Files)
        {
            if (!file.Path.EndsWith(".onnx", StringComparison.Ordinal))
            {
                // A graph's weights are counted with the graph; rows and tokenizers are held as they are.
                sum += new PartSize(0, file.Bytes, file.Path.EndsWith(".data", StringComparison.Ordinal) ? 0 : file.Bytes);
                continue;
            }

            var (parameters, memory) = GraphWeights.Read(pack.PathOf(file.Path), file.Path);
            sum += new PartSize(parameters, file.Bytes, memory);
            var activations = GraphActivations.Peak(pack.PathOf(file.Path), file.Path, RunSizes.Of(pack.Manifest, file.Path));
            var data = part.Files.FirstOrDefault(other => other.Path == Path.ChangeExtension(file.Path, ".data"))?.Bytes ?? 0;
            table.AddRow(name, Path.GetFileNameWithoutExtension(file.Path), $"{part.Precision}".ToLowerInvariant(), Number(parameters), ByteSize.Format(file.Bytes + data), ByteSize.Format(memory), activations is { } bytes ? ByteSize.Format(bytes) : "not known");
        }

        return sum;
    }

    private static void WriteRequest(IAnsiConsole console, PackManifest manifest)
    {
        var assistant = manifest.Assistant;
        var token = 2L * assistant.NumHiddenLayers * assistant.NumKeyValueHeads * assistant.HeadDim * (assistant.CacheDtype == PackElementType.Float32 ? 4 : 2);
        var size = manifest.Diffuser.Size;
        console.MarkupLineInterpolated($"keys and values: {ByteSize.Format(token)} a token, {ByteSize.Format(token * assistant.MaxPositions)} for a conversation of {assistant.MaxPositions} tokens");
        console.MarkupLineInterpolated($"pictures: {size.DefaultWidth} x {size.DefaultHeight} by default, {size.Min} to {size.Max}; subject: {manifest.Encoder.Subject.Tokens} tokens of {manifest.Encoder.Subject.Width}");
        console.MarkupLine("One run: the values between the nodes for one row, estimated from the graph's shapes: one picture of the default size, a prompt's chunk of tokens. Every row that shares a step takes as much again, and kernels some more.");
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
