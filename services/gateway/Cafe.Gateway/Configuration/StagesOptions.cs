namespace Cafe.Gateway.Configuration;

/// <summary>The three pools behind the gateway.</summary>
public sealed class StagesOptions
{
    /// <summary>The encoder pool.</summary>
    public StageOptions Encoder { get; set; } = new() { Address = "http://localhost:5010" };

    /// <summary>The assistant pool.</summary>
    public StageOptions Assistant { get; set; } = new() { Address = "http://localhost:5020" };

    /// <summary>The diffuser pool.</summary>
    public StageOptions Diffuser { get; set; } = new() { Address = "http://localhost:5030" };
}
