namespace Cafe.Embeddings.Redis;

/// <summary>What an operation gave: a value, or that Redis couldn't be asked in time.</summary>
/// <param name="Reached">Redis answered.</param>
/// <param name="Value">Its answer; default where not reached.</param>
public readonly record struct RedisResult<T>(bool Reached, T? Value);
