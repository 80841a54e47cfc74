using System.Text.Json;
using Cafe.Training.Running;

namespace Cafe.Training.Stages;

/// <summary>Runs stages in order, leaves out what is done, and goes on with what was begun.</summary>
public sealed class StageRunner(StageContext context, Action<string> say)
{
    private const string Marker = "done.json";

    /// <summary>Whether the stage's result is there, made from this configuration and from what its needs are now.</summary>
    public bool IsDone(StageFile stage) => ReadMarker(stage.Output) is { } done && done.Hash == stage.Hash(Needs(stage));

    /// <param name="cancellation">Stops after the running step, with a checkpoint.</param>
    public void Run(IReadOnlyList<StageFile> stages, CancellationToken cancellation)
    {
        foreach (var stage in stages)
        {
            if (IsDone(stage))
            {
                say($"{stage.Name}: done already ({Minutes(ReadMarker(stage.Output)!.Seconds)})");
                continue;
            }

            Run(stage, cancellation);
        }
    }

    public void Run(StageFile stage, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var folder = context.Path(stage.Output);
        Directory.CreateDirectory(folder);
        Restart(stage, folder);
        var start = context.Time.GetTimestamp();
        StageTable.Find(stage.Kind).Run(stage.Config, context, cancellation);
        var seconds = Math.Max(context.Time.GetElapsedTime(start).TotalSeconds, new LossLog(Path.Combine(folder, "losses.jsonl"), long.MaxValue).Seconds);
        var marker = Path.Combine(folder, Marker);
        File.WriteAllText(marker + ".partial", JsonSerializer.Serialize(new Done(stage.Hash(Needs(stage)), seconds), StageJson.Written));
        File.Move(marker + ".partial", marker, overwrite: true);
        say($"{stage.Name}: done in {Minutes(seconds)}");
    }

    // A checkpoint of another configuration is no place to go on from.
    private void Restart(StageFile stage, string folder)
    {
        var hash = stage.Hash(Needs(stage));
        var begun = Path.Combine(folder, "begun.txt");
        if (!File.Exists(begun) || File.ReadAllText(begun) != hash)
        {
            foreach (var file in new[] { "state.safetensors", "losses.jsonl", Marker })
            {
                File.Delete(Path.Combine(folder, file));
            }

            File.WriteAllText(begun, hash);
        }
    }

    private IEnumerable<string> Needs(StageFile stage) => stage.Needs.Select(need => $"{need} {ReadMarker(need)?.Hash ?? "absent"}");

    private Done? ReadMarker(string output)
    {
        var path = Path.Combine(context.Path(output), Marker);
        return File.Exists(path) ? JsonSerializer.Deserialize<Done>(File.ReadAllBytes(path), StageJson.Written) : null;
    }

    private static string Minutes(double seconds) => FormattableString.Invariant($"{seconds / 60:f1} min");

    private sealed record Done(string Hash, double Seconds);
}
