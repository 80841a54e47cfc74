using System.Buffers;
using System.Text.Json;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Gateway.Json;

/// <summary>Reads the body of a JSON request and refuses fields that don't exist.</summary>
internal static class JsonBody
{
    /// <summary>The whole body, checked against GenerateRequest. Kestrel's limit bounds it.</summary>
    /// <exception cref="InvalidRequestException">It is no JSON object, or has unknown fields.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        byte[] bytes;
        try
        {
            using var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, 64 << 20));
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            bytes = body.ToArray();
        }
        catch (BadHttpRequestException failure)
        {
            throw new InvalidRequestException("body", failure.Message, failure);
        }

        Check(bytes);
        return bytes;
    }

    private static void Check(ReadOnlySpan<byte> bytes)
    {
        IReadOnlyList<string> unknown;
        try
        {
            unknown = JsonFieldCheck.FindUnknown(bytes, GenerateRequest.Descriptor);
        }
        catch (JsonException failure)
        {
            throw new InvalidRequestException("body", $"is not a JSON object: {failure.Message}", failure);
        }

        if (unknown.Count > 0)
        {
            throw new InvalidRequestException([.. unknown.Select(field => new FieldViolation(field, "there is no such field"))]);
        }
    }
}
