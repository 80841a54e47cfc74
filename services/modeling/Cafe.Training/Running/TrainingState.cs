using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Running;

/// <summary>
/// Everything that a run is made of between two steps: parameters, the optimiser's two means, the moving average, the number of steps done and the seed. One safetensors file that appears
/// under its name only when it is complete.
/// </summary>
public sealed class TrainingState(ParameterSet parameters, AdamW optimizer, MovingAverage average)
{
    private const string Step = "step", Seed = "seed", Layout = "layout";

    public void Save(string path, long step, long seed) => SafetensorsWriter.Write(path, Parts().Select(p => p.Tensor.ToSource(p.Name)), new Dictionary<string, string>
    {
        [Step] = step.ToString(CultureInfo.InvariantCulture),
        [Seed] = seed.ToString(CultureInfo.InvariantCulture),
        [Layout] = LayoutHash(),
    });

    /// <returns>The number of steps done.</returns>
    /// <exception cref="CheckpointException">The file is of another model or seed.</exception>
    public long Load(string path, long seed)
    {
        using var checkpoint = Checkpoint.Open(path);
        var metadata = SafetensorsMetadata.Read(path);
        Require(metadata, Layout, LayoutHash(), path);
        Require(metadata, Seed, seed.ToString(CultureInfo.InvariantCulture), path);
        using var noGrad = torch.no_grad();
        foreach (var (name, tensor) in Parts())
        {
            using var saved = checkpoint[name].ToTensor();
            tensor.copy_(saved);
        }

        var step = long.Parse(metadata[Step], CultureInfo.InvariantCulture);
        optimizer.Steps = step;
        return step;
    }

    private IEnumerable<(string Name, Tensor Tensor)> Parts() =>
    [
        ("parameters", parameters.Values),
        ("first_moment", optimizer.FirstMoment),
        ("second_moment", optimizer.SecondMoment),
        ("moving_average", average.Values),
    ];

    // The flat tensors mean nothing without the order of what is in them.
    private string LayoutHash()
    {
        var lines = string.Join('\n', parameters.Specs.Where(s => s.Trainable).Select(s => $"{s.Name} {string.Join('x', s.Shape)}")) + $"\n{parameters.ChannelsLast}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)))[..16];
    }

    private static void Require(IReadOnlyDictionary<string, string> metadata, string key, string wanted, string path)
    {
        var found = metadata.GetValueOrDefault(key, "absent");
        if (found != wanted)
        {
            throw new CheckpointException($"{path} is of another run: its {key} is {found}, this one's {wanted}. Train elsewhere, or remove it to start again.");
        }
    }
}
