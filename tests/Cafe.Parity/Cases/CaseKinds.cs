namespace Cafe.Parity.Cases;

/// <summary>Every kind of case that is known. A new kind is one class and one line here.</summary>
internal static class CaseKinds
{
    public static IReadOnlyList<ICaseKind> All { get; } =
    [
        new Dinov2Case(),
        new VitCase(),
        new ClipCase(),
        new UNetCase(),
        new VaeCase(),
        new ImagesCase(),
        new LlamaCase(),
        new CafeAssistantCase(),
        new LlamaTokenizerCase(),
        new ClipTokenizerCase(),
        new SchedulersCase(),
        new DiffuserCase(),
        new IpAdapterCase(),
        new TrainUNetCase(),
        new TrainAssistantCase(),
    ];

    /// <summary>The kind with the longest prefix of a case's name, or null.</summary>
    public static ICaseKind? Find(string name) => All
        .SelectMany(kind => kind.Prefixes.Where(p => name.StartsWith(p, StringComparison.Ordinal)).Select(p => (kind, p.Length)))
        .OrderByDescending(k => k.Length)
        .FirstOrDefault().kind;
}
