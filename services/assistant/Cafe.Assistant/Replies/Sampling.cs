namespace Cafe.Assistant.Replies;

/// <summary>How tokens are drawn.</summary>
/// <param name="Temperature">0 to 2; 0 takes the most likely token.</param>
/// <param name="TopP">Nucleus, above 0 to 1.</param>
/// <param name="Seed">With a token's position it fixes its randomness.</param>
public sealed record Sampling(double Temperature, double TopP, ulong Seed);
