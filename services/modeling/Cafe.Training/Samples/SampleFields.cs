namespace Cafe.Training.Samples;

/// <summary>
/// The columns that trainers read, by name. A store has those that its part of the training needs; a picture is bytes [3, height, width], red first.
/// </summary>
public static class SampleFields
{
    /// <summary>y: the picture to be made, UInt8 [3, H, W].</summary>
    public const string Target = "target";

    /// <summary>x: the subject's picture as the assistant is shown it, UInt8 [3, h, w].</summary>
    public const string Reference = "reference";

    /// <summary>How much of the target each pixel shows of the subject, UInt8 [H, W], 0 to 255.</summary>
    public const string Mask = "mask";

    /// <summary>Which pixels of the target show what the subject wears or holds, UInt8 [H, W], 0 or 255.</summary>
    public const string Worn = "worn";

    /// <summary>Target pixels to reference pixels, Float32 [2, 3]: reference (x, y) = A (x, y, 1), both counted in pixels from the upper left corner of the upper left pixel.</summary>
    public const string Affine = "affine";

    /// <summary>Which subject it is, Int32 [].</summary>
    public const string Subject = "subject";

    /// <summary>Which scene the target shows, Int32 [].</summary>
    public const string Scene = "scene";

    /// <summary>The accessory worn, Int32 [], -1 for none.</summary>
    public const string Accessory = "accessory";

    /// <summary>The look asked for (a sketch, sepia), Int32 [], -1 for none.</summary>
    public const string Look = "look";

    /// <summary>Row of the reference in the store of references, Int32 []: many targets share one.</summary>
    public const string ReferenceRow = "reference_row";

    /// <summary>What the automatic filter said of the sample, UInt8 []: 1 keeps it. Where the column is there, trainers read only kept samples.</summary>
    public const string Kept = "kept";

    /// <summary>The autoencoder's parameters of the target, Float32 or Float16 [2 C, h, w]: means, then log variances, not scaled.</summary>
    public const string Latents = "latents";

    /// <summary>The same of the reference.</summary>
    public const string ReferenceLatents = "reference_latents";

    /// <summary>C(y): the image embedding of the target, Float32 [width], not normalised.</summary>
    public const string Semantic = "semantic";

    /// <summary>h: the assistant's prediction of it, Float32 [width].</summary>
    public const string PredictedSemantic = "predicted_semantic";

    /// <summary>E(x): all patch embeddings of the reference, Float32 or Float16 [tokens, width].</summary>
    public const string Patches = "patches";

    /// <summary>Token ids of a caption, Int32 [positions], padded with <c>-1</c>.</summary>
    public const string Caption = "caption";

    /// <summary>Token ids of the caption without its subject, of the same shape; -1 throughout where the caption names none.</summary>
    public const string Setting = "setting";

    /// <summary>Token ids of a conversation up to the reply, Int32 [positions], padded on the right with -1; see <see cref="ImagePosition"/>.</summary>
    public const string Prompt = "prompt";

    /// <summary>Token ids that a language model learns to continue, Int32 [positions], padded on the right with -1.</summary>
    public const string Text = "text";

    /// <summary>Number of prompt tokens before the subject's picture, Int32 [].</summary>
    public const string ImagePosition = "image_position";

    /// <summary>Token ids of the reply, its end of sequence included, Int32 [positions], padded on the right with -1.</summary>
    public const string Reply = "reply";

    /// <summary>Where the reply names the subject, Int32 [2]: the first of the name's ids in the reply and how many there are; -1 twice where it does not.</summary>
    public const string Name = "name";
}
