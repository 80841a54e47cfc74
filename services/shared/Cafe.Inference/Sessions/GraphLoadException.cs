namespace Cafe.Inference.Sessions;

/// <summary>The runtime can't load a graph: it is spoilt, needs operators that this build lacks, or finds no memory. The message names the file.</summary>
public sealed class GraphLoadException(string message, Exception inner) : Exception(message, inner);
