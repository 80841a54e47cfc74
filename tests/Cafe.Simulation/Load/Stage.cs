namespace Cafe.Simulation.Load;

/// <summary>A stage whose pool is simulated.</summary>
public enum Stage
{
    /// <summary>One call per picture.</summary>
    Encoder,

    /// <summary>A prompt, then a token at a time.</summary>
    Assistant,

    /// <summary>A denoising step at a time.</summary>
    Diffuser,
}
