using Cafe.Imaging;

namespace Cafe.Training.Data.Subjects;

/// <summary>A thing or creature that pictures are made of, in every design that has it.</summary>
/// <param name="Index">Its place in the catalog.</param>
/// <param name="Key">What is the same thing in every design.</param>
/// <param name="Name">As a user would say it: "fire engine".</param>
/// <param name="Group">A coarse class.</param>
/// <param name="Cluster">Look-alikes share this number.</param>
/// <param name="HeldOut">Never seen by any part that conditions.</param>
/// <param name="Pictures">Its cut-outs by design, trimmed to their box and brought to the catalog's side.</param>
public sealed record Subject(
    int Index, string Key, string Name, string Group, int Cluster, bool HeldOut, IReadOnlyDictionary<string, AlphaPicture> Pictures);
