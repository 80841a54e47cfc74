namespace Cafe.Modeling.Building;

/// <summary>Where the parts of a pack were published: folders in the Hugging Face and diffusers layouts.</summary>
public sealed record PublishedFolders
{
    /// <summary>DINOv2.</summary>
    public required string Subject { get; init; }

    /// <summary>CLIP, with vocab.json and merges.txt where its text tower is wanted.</summary>
    public required string Clip { get; init; }

    /// <summary>Llama, with tokenizer.model.</summary>
    public required string Llama { get; init; }

    public required string Unet { get; init; }

    public required string Vae { get; init; }

    /// <summary>scheduler_config.json, or the folder that holds it.</summary>
    public required string Scheduler { get; init; }

    /// <summary>CAFE's safetensors file.</summary>
    public required string Cafe { get; init; }
}
