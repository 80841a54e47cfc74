using System.Text;
using System.Text.Json.Nodes;
using Cafe.Packs.Manifest;

namespace Cafe.Packs.Tests.Manifest;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Parse_WrittenManifest_SameBytesWhenWrittenAgain()
    {
        var written = ManifestWriter.ToBytes(SampleManifest.Create());
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(ManifestWriter.ToBytes(ManifestReader.Parse(written))));
    }

    [Fact]
    public void Parse_WrittenManifest_FieldsSurvive()
    {
        var manifest = ManifestReader.Parse(ManifestWriter.ToBytes(SampleManifest.Create()));
        Assert.Equal("sample", manifest.Name);
        Assert.Equal([5L, 4L], manifest.Assistant.EmbedTokens.Shape);
        Assert.Equal(PackElementType.Float16, manifest.Assistant.EmbedTokens.Dtype);
        Assert.Equal(ImageTokenPosition.AfterReply, manifest.Assistant.ImageTokenPosition);
        Assert.True(PythonJson.TryGetNumber(manifest.Diffuser.Scheduler.GetProperty("lambda_min_clipped"), out var number));
        Assert.Equal(double.NegativeInfinity, number);
        Assert.Null(manifest.Diffuser.VaeEncoder);
    }

    [Fact]
    public void ToBytes_Names_AreThoseOfTheFormatsPage()
    {
        var json = SampleManifest.Json();
        Assert.Equal("cafe-pack/1", (string?)json["format"]);
        Assert.Equal("fp32", (string?)json["parts"]!["encoder"]!["precision"]);
        Assert.Equal("cpu", (string?)json["target"]);
        Assert.Equal("float16", (string?)json["assistant"]!["embed_tokens"]!["dtype"]);
        Assert.Equal("after_reply", (string?)json["assistant"]!["image_token_position"]);
        Assert.Equal("float32", (string?)json["assistant"]!["cache_dtype"]);
        Assert.True((bool?)json["assistant"]!["chat_template"]!["bos_each_user_turn"]);
        Assert.Equal("-Infinity", (string?)json["diffuser"]!["scheduler"]!["lambda_min_clipped"]);
        Assert.Equal("diffuser/null_semantic.bin", (string?)json["diffuser"]!["conditioning"]!["semantic"]!["null"]);
    }

    [Fact]
    public void Parse_UnknownField_RefusedByName()
    {
        var json = SampleManifest.Json();
        json["assistant"]!["colour"] = "red";
        Assert.Contains("colour", Refused(json));
    }

    [Fact]
    public void Parse_ExtensionFields_Ignored()
    {
        var json = SampleManifest.Json();
        json["x_note"] = "ours";
        json["assistant"]!["x_note"] = new JsonObject();
        json["parts"]!["encoder"]!["files"]![0]!["x_source"] = 1;
        Assert.Equal("sample", ManifestReader.Parse(SampleManifest.Bytes(json)).Name);
    }

    [Theory]
    [InlineData("format", "cafe-pack/2", "cafe-pack/1")]
    [InlineData("name", "Sample Pack", "name must be")]
    [InlineData("name", "", "name must be")]
    [InlineData("version", "../1", "version must be")]
    [InlineData("target", "tpu", "$.target")]
    [InlineData("target", 0, "$.target")]
    [InlineData("trained", "yes", "$.trained")]
    [InlineData("description", null, "escription")]
    [InlineData("parts.encoder.precision", "fp8", "precision")]
    [InlineData("parts.encoder.fingerprint", "00", "fingerprint")]
    [InlineData("parts.encoder.files.0.path", "../../etc/passwd", "within encoder/")]
    [InlineData("parts.encoder.files.0.path", "encoder/../assistant/decoder.onnx", "within encoder/")]
    [InlineData("parts.encoder.files.0.path", "/encoder/subject.onnx", "within encoder/")]
    [InlineData("parts.encoder.files.0.path", "encoder\\subject.onnx", "within encoder/")]
    [InlineData("parts.encoder.files.0.path", "diffuser/unet.onnx", "within encoder/")]
    [InlineData("parts.encoder.files.0.path", "encoder/image.onnx", "named once")]
    [InlineData("parts.encoder.files.0.bytes", -1, "bytes of encoder/subject.onnx")]
    [InlineData("parts.encoder.files.0.bytes", 1L << 60, "bytes of encoder/subject.onnx")]
    [InlineData("parts.encoder.files.0.sha256", "zz", "sha256")]
    [InlineData("encoder.subject.graph", "encoder/lost.onnx", "encoder.subject.graph")]
    [InlineData("encoder.subject.kind", "vit", "dinov2_patches")]
    [InlineData("encoder.subject.tokens", 0, "encoder.subject.tokens must be 1 to")]
    [InlineData("encoder.subject.tokens", 2147483648L, "tokens")]
    [InlineData("encoder.subject.preprocess.crop_width", 100000, "crop_width")]
    [InlineData("encoder.subject.preprocess.std.0", 0, "std")]
    [InlineData("encoder.image.width", 4, "assistant.semantic_width")]
    [InlineData("assistant.num_key_value_heads", 3, "num_key_value_heads")]
    [InlineData("assistant.embed_tokens.shape.0", 6, "embed_tokens.shape")]
    [InlineData("assistant.tokenizer.bos_token_id", 5, "bos_token_id")]
    [InlineData("assistant.tokenizer.eos_token_ids.0", -1, "eos_token_ids")]
    [InlineData("assistant.chat_template.user", "no place for words", "chat_template.user")]
    [InlineData("assistant.temperature", 3, "temperature")]
    [InlineData("assistant.top_p", 0, "top_p")]
    [InlineData("assistant.copy_bias", 21, "copy_bias")]
    [InlineData("diffuser.conditioning.kind", "ip_adapter", "conditioning.kind")]
    [InlineData("diffuser.conditioning.subject.tokens", 6, "conditioning.subject.tokens")]
    [InlineData("diffuser.size.default_width", 33, "default_width")]
    [InlineData("diffuser.size.multiple_of", 3, "multiple_of")]
    [InlineData("diffuser.defaults.sampler", "magic", "sampler")]
    [InlineData("diffuser.defaults.interval_end", -1, "interval_end")]
    [InlineData("diffuser.scheduler", "ddim", "scheduler")]
    public void Parse_FieldOutsideItsRule_RefusedNamingIt(string path, object? value, string reason)
    {
        var json = SampleManifest.Json();
        Set(json, path, value);
        Assert.Contains(reason, Refused(json));
    }

    [Theory]
    [InlineData("""{ "leads": { "My": "your" } }""", "naming.leads must be words in lower case")]
    [InlineData("""{ "leads": { "my own": "your" } }""", "naming.leads must be words of letters")]
    [InlineData("""{ "leads": { "my": "" } }""", "naming.leads must be words of letters")]
    [InlineData("""{ "leads": { "my": null } }""", "naming.leads must be words of letters")]
    [InlineData("""{ "leads": null }""", "leads")]
    [InlineData("""{ "determiners": ["The"] }""", "naming.determiners must be words in lower case")]
    [InlineData("""{ "stop_words": ["It"] }""", "naming.stop_words must be words in lower case")]
    [InlineData("""{ "stop_words": [null] }""", "naming.stop_words must be words of letters")]
    [InlineData("""{ "stop_words": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] }""", "naming.stop_words must be at most 64 characters")]
    [InlineData("""{ "unnamed": "" }""", "naming.unnamed must be words of letters")]
    [InlineData("""{ "unnamed": "your subject" }""", "naming.unnamed must be words of letters")]
    [InlineData("""{ "nouns": ["it"] }""", "nouns")]
    [InlineData("\"my\"", "naming")]
    public void Parse_NamingOutsideItsRules_RefusedNamingIt(string naming, string reason)
    {
        var json = SampleManifest.Json();
        json["assistant"]!["naming"] = JsonNode.Parse(naming);
        Assert.Contains(reason, Refused(json));
    }

    [Fact]
    public void Parse_TooManyNamingWords_Refused()
    {
        var json = SampleManifest.Json();
        json["assistant"]!["naming"] = new JsonObject { ["stop_words"] = new JsonArray([.. Enumerable.Range(0, 1025).Select(i => JsonValue.Create($"it{i}"))]) };
        Assert.Contains("naming.stop_words (their number) must be 0 to 1024, not '1025'", Refused(json));
        json["assistant"]!["naming"] = new JsonObject { ["determiners"] = new JsonArray([.. Enumerable.Range(0, 65).Select(i => JsonValue.Create($"the{i}"))]) };
        Assert.Contains("naming.determiners (their number) must be 0 to 64, not '65'", Refused(json));
        json["assistant"]!["naming"] = new JsonObject { ["leads"] = new JsonObject(Enumerable.Range(0, 65).Select(i => KeyValuePair.Create<string, JsonNode?>($"my{i}", "your"))) };
        Assert.Contains("naming.leads (their number) must be 0 to 64, not '65'", Refused(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"format\":\"cafe-pack/1\"}")]
    [InlineData("{\"format\":\"cafe-pack/1\",\"format\":\"cafe-pack/1\"}")]
    public void Parse_NoManifest_Refused(string json) =>
        Assert.Throws<PackException>(() => ManifestReader.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Parse_TooDeepOrTooLong_Refused()
    {
        Assert.Throws<PackException>(() => ManifestReader.Parse(Encoding.UTF8.GetBytes(new string('[', 100_000))));
        Assert.Throws<PackException>(() => ManifestReader.Parse(new byte[ManifestReader.MaxBytes + 1]));
    }

    [Fact]
    public void Of_FilesInAnotherOrder_SameFingerprint()
    {
        var manifest = SampleManifest.Create();
        Assert.Equal(manifest.Parts.Encoder.Fingerprint, PackFingerprint.Of(manifest.Parts.Encoder.Files.Reverse(), manifest.Encoder));
    }

    [Fact]
    public void Of_AnyChange_OtherFingerprintOfThatPartOnly()
    {
        var before = SampleManifest.Create();
        var after = ManifestWriter.WithFingerprints(before with { Encoder = before.Encoder with { Subject = before.Encoder.Subject with { Width = 7 } } });
        Assert.NotEqual(before.Parts.Encoder.Fingerprint, after.Parts.Encoder.Fingerprint);
        Assert.Equal(before.Parts.Diffuser.Fingerprint, after.Parts.Diffuser.Fingerprint);
    }

    private static string Refused(JsonNode json) => Assert.Throws<PackException>(() => ManifestReader.Parse(SampleManifest.Bytes(json))).Message;

    private static void Set(JsonNode json, string path, object? value)
    {
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            json = (int.TryParse(name, out var index) ? json[index] : json[name])!;
        }

        var node = value is null ? null : JsonValue.Create(value);
        if (int.TryParse(names[^1], out var last))
        {
            json[last] = node;
        }
        else
        {
            json[names[^1]] = node;
        }
    }
}
