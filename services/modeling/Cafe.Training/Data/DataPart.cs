using Cafe.Training.Data.Compositing;

namespace Cafe.Training.Data;

/// <summary>One store of samples.</summary>
/// <param name="Name">The store's folder; also the stream of its random numbers.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="HeldOut">Whether it shows held-out subjects (evaluation) or seen ones.</param>
/// <param name="Options">How much its samples vary.</param>
public sealed record DataPart(string Name, int Count, bool HeldOut, CompositeOptions Options);
