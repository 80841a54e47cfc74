using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;

namespace Cafe.Inference.Diffusion;

/// <summary>All keys and values of one row, from the conditioner's own description and the pack's token counts.</summary>
internal sealed class ConditionLayout
{
    public ConditionLayout(ModelSession conditioner, ModelSession unet, Conditioning conditioning)
    {
        Tensors = [.. conditioner.Outputs.Select(output => Describe(output, conditioning))];
        var taken = unet.Inputs.Select(input => input.Name).Where(name => name.Contains('.')).Order(StringComparer.Ordinal);
        if (!taken.SequenceEqual(Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)))
        {
            throw new InvalidDataException("The UNet's keys and values are not those that the conditioner gives: the pack's graphs don't belong together.");
        }
    }

    public IReadOnlyList<ConditionTensor> Tensors { get; }

    /// <summary>Bytes of one row over all tensors.</summary>
    public long RowBytes => Tensors.Sum(tensor => tensor.RowBytes);

    private static ConditionTensor Describe(TensorInfo output, Conditioning conditioning)
    {
        var (source, tokens) = output.Name.Split('_', '.')[0] switch
        {
            "semantic" => (ConditionBranch.Semantic, conditioning.Semantic.Tokens),
            "subject" => (ConditionBranch.Subject, conditioning.Subject.Tokens),
            _ => throw new InvalidDataException($"The conditioner's output '{output.Name}' is of no known condition."),
        };
        if (output.Shape is not [_, > 0 and var heads, _, > 0 and var headDim])
        {
            throw new InvalidDataException($"The conditioner's output {output} should be [N, heads, tokens, head_dim].");
        }

        return new ConditionTensor(output.Name, output.Type, [heads, tokens, headDim], source);
    }
}
