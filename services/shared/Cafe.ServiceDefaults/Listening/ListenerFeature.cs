namespace Cafe.ServiceDefaults.Listening;

/// <summary>Set on every connection: the listener it came in by.</summary>
internal sealed record ListenerFeature(string Name);
