using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>The file of CAFE's own layers: its tensors' names (services/modeling/README.md has the table), and how it completes a published UNet.</summary>
public static class CafeFile
{
    /// <summary>[IMG], one input embedding of the language model [hidden].</summary>
    public const string ImageToken = "image_token";

    /// <summary>V, from the subject encoder's width to the language model's.</summary>
    public const string VisionProjection = "vision_projection";

    /// <summary>H, from the language model's width to the semantic condition's.</summary>
    public const string SemanticHead = "semantic_head";

    /// <summary>What the UNet is given for a semantic condition that was dropped [tokens, width]; zeros where it is absent.</summary>
    public const string NullSemantic = "null_semantic";

    /// <summary>What the UNet is given for a subject that was dropped [tokens, width]; zeros where it is absent.</summary>
    public const string NullSubject = "null_subject";

    /// <summary>Before the names of the UNet's tensors.</summary>
    public const string UNetPrefix = "unet.";

    /// <summary>
    /// The UNet's tensors: those of the UNet's own folder, with the ones of CAFE's file in their place or beside them. Subject keys and values may be in either. The view owns neither.
    /// </summary>
    /// <param name="cafe">CAFE's file, or null where the UNet's folder has everything.</param>
    public static Checkpoint UNet(Checkpoint unet, Checkpoint? cafe)
    {
        if (cafe is null)
        {
            return unet;
        }

        var own = cafe.Tensors.Where(t => t.Name.StartsWith(UNetPrefix, StringComparison.Ordinal)).Select(t => t.Rename(t.Name[UNetPrefix.Length..])).ToArray();
        var replaced = own.Select(t => t.Name).ToHashSet();
        return new TensorTable(unet.Name, [.. unet.Tensors.Where(t => !replaced.Contains(t.Name)), .. own]);
    }
}
