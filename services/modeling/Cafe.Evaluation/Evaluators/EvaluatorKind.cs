namespace Cafe.Evaluation.Evaluators;

/// <summary>Architectures that a checkpoint's folder can be exported from.</summary>
public enum EvaluatorKind
{
    /// <summary>DINO's vision transformer (ViTModel): the class token.</summary>
    Dino,

    /// <summary>DINOv2 (Dinov2Model): the class token.</summary>
    Dinov2,

    /// <summary>CLIP (CLIPModel): pictures and texts.</summary>
    Clip,

    /// <summary>The residual network that `cafe-train` trains for evaluation alone: an embedding and classifiers.</summary>
    PictureCnn,
}
