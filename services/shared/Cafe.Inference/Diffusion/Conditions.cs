namespace Cafe.Inference.Diffusion;

/// <summary>
/// A request's conditions: the embeddings, and where the graphs run on the host their keys and values. On a device these are
/// computed straight into the rows of the batch instead: a second set of them would be memory lost.
/// </summary>
internal sealed class Conditions(float[] semantic, float[] subject, ConditionBuffers? kept) : IConditions
{
    /// <summary>[tokens, width].</summary>
    public float[] Semantic => semantic;

    /// <summary>[tokens, width].</summary>
    public float[] Subject => subject;

    /// <summary>One row; null on a device.</summary>
    public ConditionBuffers? Kept => kept;

    public void Dispose() => kept?.Dispose();
}
