using Cafe.ServiceDefaults.Errors;

namespace Cafe.Assistant.Model;

/// <summary>Holds what is served once it is loaded.</summary>
public sealed class AssistantRuntime
{
    private volatile LoadedAssistant? _loaded;

    /// <summary>What is served; null while it loads.</summary>
    public LoadedAssistant? Current
    {
        get => _loaded;
        internal set => _loaded = value;
    }

    /// <summary>What is served.</summary>
    /// <exception cref="NotReadyException">It is still loading.</exception>
    public LoadedAssistant Require() => _loaded ?? throw new NotReadyException("The assistant is loading its pack.", TimeSpan.FromSeconds(2));
}
