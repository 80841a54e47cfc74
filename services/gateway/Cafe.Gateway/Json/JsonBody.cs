using System.Text.Json;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Gateway.Json;

/// <summary>Reads the body of a JSON request and refuses fields that don't exist and values that can't be a field's.</summary>
internal static class JsonBody
{
    /// <summary>The whole body from its start, checked against GenerateRequest. Kestrel's limit bounds it.</summary>
    /// <exception cref="InvalidRequestException">It is no JSON object, or has fields or values that a request can't have; counted.</exception>
    public static async Task<MemoryStream> ReadAsync(HttpContext context, GatewayMetrics metrics)
    {
        try
        {
            var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, 64 << 20));
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            body.Position = 0;
            Check(BytesOf(body));
            return body;
        }
        catch (BadHttpRequestException failure)
        {
            metrics.Rejected("invalid");
            throw new InvalidRequestException("body", failure.Message, failure);
        }
        catch (InvalidRequestException)
        {
            metrics.Rejected("invalid");
            throw;
        }
    }

    /// <summary>The bytes of a body that was read.</summary>
    public static ReadOnlySpan<byte> BytesOf(MemoryStream body) => body.GetBuffer().AsSpan(0, (int)body.Length);

    private static void Check(ReadOnlySpan<byte> bytes)
    {
        IReadOnlyList<FieldViolation> found;
        try
        {
            found = JsonFieldCheck.Find(bytes, GenerateRequest.Descriptor);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidRequestException("body", $"is not a JSON object: {failure.Message}", failure);
        }

        if (found.Count > 0)
        {
            throw new InvalidRequestException([.. found]);
        }
    }
}
