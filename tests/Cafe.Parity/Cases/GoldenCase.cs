using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>A case's folder: a checkpoint as it is published, and the reference's inputs and outputs.</summary>
internal sealed class GoldenCase(string path) : IDisposable
{
    private readonly List<IDisposable> opened = [];
    private Checkpoint? io;

    public string Path => path;

    public string Name => System.IO.Path.GetFileName(path);

    /// <summary>io.safetensors.</summary>
    public Checkpoint Io => io ??= Own(Checkpoint.Open(File("io.safetensors")));

    public string File(params string[] parts) => System.IO.Path.Combine([path, .. parts]);

    public ModelConfig Config(string subfolder = "") => CheckpointFolder.ReadConfig(File(subfolder));

    /// <summary>The weights of the case or of one of its parts.</summary>
    public Checkpoint Weights(string subfolder = "", IReadOnlyList<KeyRename>? renames = null)
    {
        var checkpoint = Checkpoint.Open(File(subfolder));
        return Own(renames is null ? checkpoint : checkpoint.Rename(renames));
    }

    public bool Has(string tensor) => Io.TryGet(tensor, out _);

    public HostTensor Tensor(string name) => HostTensor.From(Io[name]);

    /// <summary>Names of the tensors that begin so.</summary>
    public IEnumerable<string> Names(string prefix) => Io.Tensors.Select(t => t.Name).Where(n => n.StartsWith(prefix, StringComparison.Ordinal));

    public T Own<T>(T resource)
        where T : IDisposable
    {
        opened.Add(resource);
        return resource;
    }

    /// <summary>A graph ready to run; closed with the case.</summary>
    public IGraphSession Open(Variant variant, Graph graph, Func<string, TensorSource> weights) => Own(variant.Open(graph, weights));

    public void Dispose()
    {
        for (var i = opened.Count - 1; i >= 0; i--)
        {
            opened[i].Dispose();
        }
    }
}
