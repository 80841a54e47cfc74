namespace Cafe.Gateway.Storage;

/// <summary>The store can't be asked: none is configured, it is down, or it answers too slowly.</summary>
/// <param name="message">Which of these.</param>
/// <param name="inner">What the client said.</param>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
