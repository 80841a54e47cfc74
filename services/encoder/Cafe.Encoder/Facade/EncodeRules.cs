using Cafe.Encoder.Pictures;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Encoder.Facade;

/// <summary>Requests to jobs; what is wrong is named by field, limit and value.</summary>
internal static class EncodeRules
{
    public const int MaxTexts = 64;
    public const int MaxTextLength = 8192;
    public const int MaxIdLength = 128;
    public const int MaxTenantLength = 256;

    /// <exception cref="InvalidRequestException">Lists every field at fault.</exception>
    public static PictureJob Check(EncodeRequest request, string requestId)
    {
        var wrong = new List<FieldViolation>();
        if (request.Image is not { Data.Length: > 0 })
        {
            wrong.Add(new FieldViolation("image.data", "is required"));
        }

        CheckKinds(request.Kinds, wrong);
        if (request.Tenant.Length > MaxTenantLength)
        {
            wrong.Add(new FieldViolation("tenant", $"takes at most {MaxTenantLength} characters, got {request.Tenant.Length}"));
        }

        var workClass = ToClass(request.Priority, wrong);
        return wrong.Count == 0
            ? new PictureJob(request.Image.Data.Memory, request.Kinds, request.ReturnValues, request.BypassCache, workClass, request.Tenant, requestId)
            : throw new InvalidRequestException(wrong);
    }

    /// <exception cref="InvalidRequestException">Too few, too many, or too long.</exception>
    public static void Check(EncodeTextRequest request)
    {
        if (request.Texts.Count is 0 or > MaxTexts)
        {
            throw new InvalidRequestException("texts", $"takes 1 to {MaxTexts}, got {request.Texts.Count}");
        }

        for (var i = 0; i < request.Texts.Count; i++)
        {
            if (request.Texts[i].Length > MaxTextLength)
            {
                throw new InvalidRequestException($"texts[{i}]", $"takes at most {MaxTextLength} characters, got {request.Texts[i].Length}");
            }
        }
    }

    private static void CheckKinds(IReadOnlyList<EmbeddingKind> kinds, List<FieldViolation> wrong)
    {
        if (kinds.Count is 0 or > 2)
        {
            wrong.Add(new FieldViolation("kinds", $"takes SUBJECT, IMAGE or both, got {kinds.Count} kinds"));
            return;
        }

        foreach (var kind in kinds)
        {
            if (kind is not (EmbeddingKind.Subject or EmbeddingKind.Image))
            {
                wrong.Add(new FieldViolation("kinds", $"takes SUBJECT and IMAGE, not {kind} ({(int)kind})"));
            }
        }

        if (kinds.Count == 2 && kinds[0] == kinds[1])
        {
            wrong.Add(new FieldViolation("kinds", $"repeats {kinds[0]}"));
        }
    }

    private static WorkClass ToClass(Priority priority, List<FieldViolation> wrong)
    {
        switch (priority)
        {
            case Priority.Unspecified or Priority.Interactive:
                return WorkClass.Interactive;
            case Priority.Batch:
                return WorkClass.Batch;
            default:
                wrong.Add(new FieldViolation("priority", $"takes INTERACTIVE or BATCH, not {(int)priority}"));
                return WorkClass.Batch;
        }
    }
}
