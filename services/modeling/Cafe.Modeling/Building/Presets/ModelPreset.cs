namespace Cafe.Modeling.Building;

/// <summary>Sizes that packs of random weights come in.</summary>
public enum ModelPreset
{
    /// <summary>The paper's dimensions: DINOv2-giant, CLIP ViT-L/14@336, Llama-2-13B, Stable Diffusion 2.</summary>
    Paper,

    /// <summary>Every part an order of magnitude smaller; runs on a laptop.</summary>
    Small,

    /// <summary>Under 3 MB in all, for tests and first steps.</summary>
    Tiny,
}
