namespace Cafe.Packs.Manifest;

internal static class EncoderRules
{
    /// <summary>Tokens and widths past this are no model that exists, and would be allocated for.</summary>
    public const int MaxDimension = 1 << 16;
    private const int MaxEdge = 4096;

    public static void Check(EncoderSection encoder, PartFiles files)
    {
        Image(encoder.Subject, "dinov2_patches", files, "encoder.subject");
        Image(encoder.Image, "clip_image", files, "encoder.image");
        Rule.That(encoder.Image.Tokens == 1, "encoder.image.tokens", "1", encoder.Image.Tokens);
        if (encoder.Text is { } text)
        {
            Rule.Text(text.Kind, "clip_text", "encoder.text.kind");
            Rule.Between(text.Width, 1, MaxDimension, "encoder.text.width");
            Rule.Between(text.Positions, 2, MaxDimension, "encoder.text.positions");
            files.Listed(text.Graph, "encoder.text.graph");
            files.Listed(text.Vocab, "encoder.text.vocab");
            files.Listed(text.Merges, "encoder.text.merges");
        }
    }

    private static void Image(ImageEncoder encoder, string kind, PartFiles files, string field)
    {
        Rule.Text(encoder.Kind, kind, $"{field}.kind");
        files.Listed(encoder.Graph, $"{field}.graph");
        Rule.Between(encoder.Tokens, 1, MaxDimension, $"{field}.tokens");
        Rule.Between(encoder.Width, 1, MaxDimension, $"{field}.width");
        var pre = encoder.Preprocess;
        Rule.Between(pre.ShortestEdge, 1, MaxEdge, $"{field}.preprocess.shortest_edge");
        Rule.Between(pre.CropHeight, 1, pre.ShortestEdge, $"{field}.preprocess.crop_height");
        Rule.Between(pre.CropWidth, 1, pre.ShortestEdge, $"{field}.preprocess.crop_width");
        Rule.That(pre.Mean.Count == 3 && pre.Mean.All(value => value is >= 0 and <= 1), $"{field}.preprocess.mean", "three numbers in [0, 1]", string.Join(", ", pre.Mean.Take(4)));
        Rule.That(pre.SubjectFill is null or (> 0 and <= 1), $"{field}.preprocess.subject_fill", "above 0 to 1", pre.SubjectFill);
        Rule.That(pre.Std.Count == 3 && pre.Std.All(value => value is > 0 and <= 1), $"{field}.preprocess.std", "three numbers above 0 to 1", string.Join(", ", pre.Std.Take(4)));
    }
}
