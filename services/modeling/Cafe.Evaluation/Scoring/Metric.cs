namespace Cafe.Evaluation.Scoring;

/// <summary>Names of the figures that a picture gets. Shares are 0 or 1 for one picture.</summary>
public static class Metric
{
    /// <summary>Nearest to its own subject's reference among those of its group.</summary>
    public const string IdentityTop1 = "identity_top1";

    /// <summary>Its own subject's reference is among the five nearest.</summary>
    public const string IdentityTop5 = "identity_top5";

    /// <summary>Cosine with its own subject's reference, by the identity evaluator.</summary>
    public const string IdentitySimilarity = "identity_similarity";

    /// <summary>The scene asked for is seen.</summary>
    public const string Scene = "scene";

    /// <summary>The accessory asked for is seen.</summary>
    public const string Accessory = "accessory";

    /// <summary>The look asked for is seen.</summary>
    public const string Look = "look";

    /// <summary>Share of the accessory and the look asked for that is seen.</summary>
    public const string Attribute = "attribute";

    /// <summary>DINO against all real pictures of the subject.</summary>
    public const string Dino = "dino";

    /// <summary>DINO against the picture that was sent.</summary>
    public const string DinoInput = "dino_input";

    /// <summary>CLIP-I against all real pictures of the subject.</summary>
    public const string ClipImage = "clip_i";

    /// <summary>CLIP-I against the picture that was sent.</summary>
    public const string ClipImageInput = "clip_i_input";

    /// <summary>CLIP-T: the plain caption against the picture.</summary>
    public const string ClipText = "clip_t";

    /// <summary>Cosine of face-recognition features with the picture that was sent.</summary>
    public const string Face = "face";

    /// <summary>In the order that tables have them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [IdentityTop1, IdentityTop5, IdentitySimilarity, Scene, Accessory, Look, Attribute, Dino, DinoInput, ClipImage, ClipImageInput, ClipText, Face];
}
