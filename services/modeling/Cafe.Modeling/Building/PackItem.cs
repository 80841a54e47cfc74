using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Building;

/// <summary>One thing that a pack holds.</summary>
/// <param name="Path">In the pack, with <c>/</c>.</param>
internal abstract record PackItem(string Path)
{
    /// <summary>What writing it will report as progress.</summary>
    public abstract long Bytes { get; }

    /// <summary>Published numbers that it is made from.</summary>
    public virtual long Parameters => 0;

    /// <summary>The files that writing it makes.</summary>
    public virtual IReadOnlyList<string> Files => [Path];

    public abstract void Write(string fullPath, Action<long> progress, CancellationToken cancellation);
}

/// <summary>A graph with its weights.</summary>
internal sealed record GraphItem(string Path, Graph Graph, Checkpoint Weights) : PackItem(Path)
{
    public override long Bytes => Graph.Initializers.Sum(initializer => initializer.Bytes);

    public override long Parameters => Graph.PublishedWeights.Values.Sum(shape => shape.Aggregate(1L, (product, size) => product * size));

    public override IReadOnlyList<string> Files => [Path, System.IO.Path.ChangeExtension(Path, ".data")];

    public override void Write(string fullPath, Action<long> progress, CancellationToken cancellation) =>
        GraphWriter.Write(Graph, name => Weights[name], fullPath, progress, cancellation);
}

/// <summary>Raw rows.</summary>
internal sealed record RowsItem(string Path, TensorSource Rows) : PackItem(Path)
{
    public override long Bytes => Rows.ByteCount;

    public override void Write(string fullPath, Action<long> progress, CancellationToken cancellation)
    {
        using var file = File.Create(fullPath);
        using var counted = new ProgressStream(file, progress, cancellation);
        Rows.WriteTo(counted);
    }
}

/// <summary>A small file as it is.</summary>
internal sealed record BytesItem(string Path, byte[] Contents) : PackItem(Path)
{
    public override long Bytes => Contents.Length;

    public override void Write(string fullPath, Action<long> progress, CancellationToken cancellation)
    {
        File.WriteAllBytes(fullPath, Contents);
        progress(Contents.Length);
    }
}
