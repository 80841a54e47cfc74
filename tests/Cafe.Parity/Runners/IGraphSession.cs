namespace Cafe.Parity.Runners;

/// <summary>A graph with its weights, ready to run.</summary>
internal interface IGraphSession : IDisposable
{
    /// <summary>Every output by name.</summary>
    IReadOnlyDictionary<string, HostTensor> Run(IReadOnlyDictionary<string, HostTensor> inputs);
}
