using Cafe.Modeling.Graphs;

namespace Cafe.Benchmarks.Graphs;

/// <summary>An architecture at published dimensions, as both runtimes run it.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Goal">How many times faster than what it is compared with it should be.</param>
/// <param name="Served">The graph for ONNX Runtime.</param>
/// <param name="Standard">The same architecture for TorchSharp; null where it is compared with <paramref name="Baseline"/>.</param>
/// <param name="Baseline">Another graph for ONNX Runtime with the same inputs.</param>
/// <param name="Sizes">Sizes of the dynamic dimensions, by symbol.</param>
/// <param name="InPlace">Outputs that are bound to an input's memory, by name: caches.</param>
internal sealed record GraphCase(
    string Name,
    double Goal,
    Func<Graph> Served,
    Func<Graph>? Standard,
    IReadOnlyDictionary<string, long> Sizes,
    IReadOnlyDictionary<string, string>? InPlace = null,
    Func<Graph>? Baseline = null);
