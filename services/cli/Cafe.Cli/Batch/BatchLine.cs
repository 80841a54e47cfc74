using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Cli.Generate;
using Cafe.Client;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Cli.Batch;

/// <summary>
/// One line of the input: <c>id</c>, <c>image</c> and <c>semantic_image</c> (files, relative to the input), and any other field
/// of GenerateRequest in protobuf's JSON.
/// </summary>
internal static class BatchLine
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <summary>The item's id; <c>line-N</c> where the line has none that can be read.</summary>
    public static string IdOf(string line, int number)
    {
        try
        {
            return JsonNode.Parse(line)?["id"] is JsonValue id && id.GetValueKind() == JsonValueKind.String ? (string)id! : $"line-{number}";
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return $"line-{number}";
        }
    }

    /// <summary>The item, its pictures read.</summary>
    /// <exception cref="CliException">The line, or a file it names, can't be used.</exception>
    public static CafeBatchItem Parse(string line, string id, string folder)
    {
        var request = Request(line, folder);
        // The key is the item's own: a run that is interrupted and started again finds what the gateway has done already.
        request.IdempotencyKey = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(id), .. request.ToByteArray()]));
        return new CafeBatchItem(id, request);
    }

    private static GenerateRequest Request(string line, string folder)
    {
        try
        {
            var json = JsonNode.Parse(line) as JsonObject ?? throw new CliException("the line is no JSON object");
            json.Remove("id");
            var image = Take(json, "image");
            var semantic = Take(json, "semantic_image");
            var request = Parser.Parse<GenerateRequest>(json.ToJsonString());
            request.Subject = image is null ? null : RequestOptions.ReadImage(Path.Combine(folder, image));
            request.SemanticImage = semantic is null ? null : RequestOptions.ReadImage(Path.Combine(folder, semantic));
            return request;
        }
        catch (Exception failure) when (failure is JsonException or InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException or IOException)
        {
            throw new CliException(failure.Message);
        }
    }

    private static string? Take(JsonObject json, string name)
    {
        if (!json.Remove(name, out var value) || value is null)
        {
            return null;
        }

        return value.GetValueKind() == JsonValueKind.String ? (string)value! : throw new CliException($"{name} must be a file's path");
    }
}
