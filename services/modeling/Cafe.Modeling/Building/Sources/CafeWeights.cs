using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Building;

/// <summary>
/// CAFE's own file beyond what <see cref="CafeAssistant"/> names (services/modeling/README.md has the table): learned null embeddings, and
/// tensors of the UNet.
/// </summary>
public static class CafeWeights
{
    /// <summary>[tokens, semantic width]; zeros where absent.</summary>
    public const string NullSemantic = "null_semantic";

    /// <summary>[tokens, subject width]; zeros where absent.</summary>
    public const string NullSubject = "null_subject";

    /// <summary>Before the name that a tensor has in the UNet.</summary>
    public const string UnetPrefix = "unet.";

    /// <summary>The UNet's folder with CAFE's tensors added, or put in place of its own. Owns the folder's checkpoint alone.</summary>
    public static Checkpoint WithCafe(this Checkpoint unet, Checkpoint cafe)
    {
        var own = cafe.Tensors
            .Where(tensor => tensor.Name.StartsWith(UnetPrefix, StringComparison.Ordinal))
            .Select(tensor => tensor.Rename(tensor.Name[UnetPrefix.Length..]))
            .ToList();
        var names = own.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return new TensorTable(unet.Name, [.. unet.Tensors.Where(tensor => !names.Contains(tensor.Name)), .. own], unet);
    }

    /// <summary>The file without the UNet's tensors.</summary>
    public static Checkpoint WithoutUnet(this Checkpoint cafe) => cafe.Where(name => !name.StartsWith(UnetPrefix, StringComparison.Ordinal));
}
