namespace Cafe.Packs.Manifest;

/// <summary>Holds a manifest to docs/pack-format.md: every path, range and the agreement of the parts with each other.</summary>
public static class ManifestValidator
{
    /// <exception cref="PackException">A field breaks a rule: its name, the rule and the value.</exception>
    public static void Validate(PackManifest manifest)
    {
        Rule.That(manifest.Format == PackManifest.CurrentFormat, "format", $"'{PackManifest.CurrentFormat}'", manifest.Format);
        Rule.That(IsName(manifest.Name), "name", "1 to 64 of a-z, 0-9, '.', '-', '_', the first a letter or digit", manifest.Name);
        Rule.That(IsName(manifest.Version), "version", "1 to 64 of a-z, 0-9, '.', '-', '_', the first a letter or digit", manifest.Version);
        Rule.MaxLength(manifest.Description, 4096, "description");
        Rule.Known(manifest.Target, "target");
        EncoderRules.Check(manifest.Encoder, Files(manifest.Parts.Encoder, "encoder"));
        AssistantRules.Check(manifest.Assistant, Files(manifest.Parts.Assistant, "assistant"));
        DiffuserRules.Check(manifest.Diffuser, Files(manifest.Parts.Diffuser, "diffuser"));
        CheckAgreement(manifest);
        CheckFingerprint(manifest.Parts.Encoder, manifest.Encoder, "encoder");
        CheckFingerprint(manifest.Parts.Assistant, manifest.Assistant, "assistant");
        CheckFingerprint(manifest.Parts.Diffuser, manifest.Diffuser, "diffuser");
    }

    // What one part makes, the next one takes.
    private static void CheckAgreement(PackManifest manifest)
    {
        var (encoder, assistant, conditioning) = (manifest.Encoder, manifest.Assistant, manifest.Diffuser.Conditioning);
        Rule.Equal(assistant.SemanticWidth, encoder.Image.Width, "assistant.semantic_width", "encoder.image.width");
        Rule.Equal(conditioning.Semantic.Width, encoder.Image.Width, "diffuser.conditioning.semantic.width", "encoder.image.width");
        Rule.Equal(conditioning.Subject.Width, encoder.Subject.Width, "diffuser.conditioning.subject.width", "encoder.subject.width");
        Rule.Equal(conditioning.Subject.Tokens, encoder.Subject.Tokens, "diffuser.conditioning.subject.tokens", "encoder.subject.tokens");
        if (encoder.Text is { } text)
        {
            Rule.Equal(text.Width, encoder.Image.Width, "encoder.text.width", "encoder.image.width");
        }
    }

    private static PartFiles Files(PackPart part, string name)
    {
        Rule.Known(part.Precision, $"parts.{name}.precision");
        return new PartFiles(name, part.Files);
    }

    // A stale fingerprint would let a cache answer for another model, so an edited manifest needs a new one.
    private static void CheckFingerprint<TSection>(PackPart part, TSection section, string name)
    {
        var expected = PackFingerprint.Of(part.Files, section);
        Rule.That(part.Fingerprint == expected, $"parts.{name}.fingerprint", $"{expected}, that of its files and section", part.Fingerprint);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-' or '_');
}
