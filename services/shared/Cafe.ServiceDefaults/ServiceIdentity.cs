namespace Cafe.ServiceDefaults;

/// <summary>Which service a host runs. Several hosts may live in one process, so this is a service, never a static.</summary>
/// <param name="Name">The service's short name, for example <c>encoder</c>: names its traces and its logs.</param>
public sealed record ServiceIdentity(string Name);
