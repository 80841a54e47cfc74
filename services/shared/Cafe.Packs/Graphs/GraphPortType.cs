namespace Cafe.Packs.Graphs;

/// <summary>Element type of a graph's input or output.</summary>
public enum GraphPortType
{
    /// <summary>The graph's own: float32 or float16.</summary>
    Own,

    Float32,
    Float16,
    Int32,
    Int64,
}
