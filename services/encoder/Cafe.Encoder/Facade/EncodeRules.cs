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
        var workClass = CheckOrigin(request.Priority, request.Tenant, wrong);
        return wrong.Count == 0
            ? new PictureJob(request.Image.Data.Memory, request.Kinds, request.ReturnValues, request.BypassCache, workClass, request.Tenant, requestId)
            : throw new InvalidRequestException(wrong);
    }

    /// <summary>Checks a request for texts; answers its queue class.</summary>
    /// <exception cref="InvalidRequestException">Lists every field at fault.</exception>
    public static WorkClass Check(EncodeTextRequest request)
    {
        var wrong = new List<FieldViolation>();
        if (request.Texts.Count is 0 or > MaxTexts)
        {
            wrong.Add(new FieldViolation("texts", $"takes 1 to {MaxTexts}, got {request.Texts.Count}"));
        }

        for (var i = 0; i < Math.Min(request.Texts.Count, MaxTexts); i++)
        {
            if (request.Texts[i].Length > MaxTextLength)
            {
                wrong.Add(new FieldViolation($"texts[{i}]", $"takes at most {MaxTextLength} characters, got {request.Texts[i].Length}"));
            }
        }

        var workClass = CheckOrigin(request.Priority, request.Tenant, wrong);
        return wrong.Count == 0 ? workClass : throw new InvalidRequestException(wrong);
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

    private static WorkClass CheckOrigin(Priority priority, string tenant, List<FieldViolation> wrong)
    {
        if (tenant.Length > MaxTenantLength)
        {
            wrong.Add(new FieldViolation("tenant", $"takes at most {MaxTenantLength} characters, got {tenant.Length}"));
        }

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
