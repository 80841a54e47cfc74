using System.Globalization;
using Cafe.Modeling.Checkpoints;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary>A checkpoint by module: tensors, parameters, bytes.</summary>
internal static class CheckpointReport
{
    public static void Write(IAnsiConsole console, Checkpoint checkpoint, bool listTensors)
    {
        console.MarkupLineInterpolated($"[bold]{checkpoint.Name}[/]: {checkpoint.Tensors.Count} tensors");
        var table = new Table().AddColumns("module", "tensors", "parameters", "types", "bytes");
        foreach (var column in new[] { 1, 2, 4 })
        {
            table.Columns[column].RightAligned();
        }

        foreach (var group in checkpoint.Tensors.GroupBy(Module))
        {
            Add(table, group.Key, group);
        }

        table.AddEmptyRow();
        Add(table, "all", checkpoint.Tensors);
        console.Write(table);
        var parameters = checkpoint.Tensors.Where(tensor => tensor.Type.IsFloat()).Sum(tensor => tensor.Count);
        console.MarkupLineInterpolated($"weights in memory: {ByteSize.Format(parameters * 4)} as fp32, {ByteSize.Format(parameters * 2)} as fp16, about {ByteSize.Format(parameters * 5 / 8)} as int4");
        if (listTensors)
        {
            foreach (var tensor in checkpoint.Tensors)
            {
                console.WriteLine(tensor.ToString());
            }
        }
    }

    // Two levels of the module tree: model.layers, down_blocks.0, vision_model.encoder.
    private static string Module(TensorSource tensor)
    {
        var names = tensor.Name.Split('.');
        return names.Length > 2 ? $"{names[0]}.{names[1]}" : names[0];
    }

    private static void Add(Table table, string name, IEnumerable<TensorSource> tensors)
    {
        var list = tensors.ToList();
        table.AddRow(
            Markup.Escape(name),
            list.Count.ToString(CultureInfo.InvariantCulture),
            list.Sum(tensor => tensor.Count).ToString("N0", CultureInfo.InvariantCulture),
            string.Join(", ", list.Select(tensor => tensor.Type).Distinct()),
            ByteSize.Format(list.Sum(tensor => tensor.ByteCount)));
    }
}
