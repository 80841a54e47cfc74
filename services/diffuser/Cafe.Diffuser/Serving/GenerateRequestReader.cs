using Cafe.Diffuser.Model;
using Cafe.Embeddings.Reading;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Packs.Manifest;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Diffuser.Serving;

/// <summary>Checks a request, fills in the pack's defaults, and fetches its embeddings.</summary>
internal sealed class GenerateRequestReader(EmbeddingReader embeddings, SeedSource seeds)
{
    private const int MaxTenant = 256;
    private const double DefaultAlpha = 0.5;

    /// <summary>The queue class and the tenant, before anything else is looked at.</summary>
    public static (WorkClass Class, string Tenant) Origin(DiffuserServiceGenerateRequest request)
    {
        if (request.Tenant.Length > MaxTenant)
        {
            throw new InvalidRequestException("tenant", $"must have at most {MaxTenant} characters, got {request.Tenant.Length}");
        }

        return (
            request.Priority switch
            {
                Priority.Unspecified or Priority.Interactive => WorkClass.Interactive,
                Priority.Batch => WorkClass.Batch,
                _ => throw new InvalidRequestException("priority", $"has unknown value {(int)request.Priority}"),
            },
            request.Tenant);
    }

    public async ValueTask<ResolvedRequest> Read(DiffuserServiceGenerateRequest request, DiffuserPart part, CancellationToken cancellation)
    {
        var (workClass, tenant) = Origin(request);
        var options = OptionsReader.Resolve(request.Options, part.Section, seeds);
        if (request.Semantic is null && request.Subject is null && request.ReferenceSemantic is null)
        {
            throw new InvalidRequestException("semantic", "one of semantic, subject and reference_semantic is required");
        }

        var semantic = await Semantic(request, part, cancellation);
        var subject = request.Subject is null ? null : await embeddings.Read(request.Subject, "subject", SubjectOf(part.Manifest), cancellation);
        var present = (semantic is null ? ConditionBranch.Null : ConditionBranch.Semantic) | (subject is null ? ConditionBranch.Null : ConditionBranch.Subject);
        var plan = new DrawingPlan(
            Plan(part, options), OptionsReader.Guidance(options.Guidance), present, options.SubjectStrength, options.Width, options.Height);
        return new ResolvedRequest(options, plan, semantic, subject, workClass, tenant);
    }

    private static SamplerPlan Plan(DiffuserPart part, DiffusionOptions options)
    {
        try
        {
            return part.PlanFor(OptionsReader.Kind(options.Sampler), options.Steps);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new InvalidRequestException("options.steps", $"got {options.Steps}: the pack's schedule has no room for so many", error);
        }
        catch (SchedulerConfigException error)
        {
            throw new InvalidRequestException("options.sampler", $"the pack's schedule can't be sampled by {SamplerNames.Of(OptionsReader.Kind(options.Sampler))}: {error.Message}", error);
        }
    }

    // c; Eq. 4 where a reference is sent. Where the pack says so each embedding is brought to length 1 first, and so is their
    // mix: the UNet never saw another length.
    private async ValueTask<float[]?> Semantic(DiffuserServiceGenerateRequest request, DiffuserPart part, CancellationToken cancellation)
    {
        var conditioning = part.Section.Conditioning;
        async ValueTask<float[]?> Fetch(Embedding? embedding, string field, string? assistant)
        {
            if (embedding is null)
            {
                return null;
            }

            var values = await embeddings.Read(embedding, field, SemanticOf(part.Manifest, embedding) with { AssistantFingerprint = assistant }, cancellation);
            return conditioning.NormalizeSemantic ? SemanticCondition.Normalize(values, conditioning.Semantic.Width) : values;
        }

        var semantic = await Fetch(request.Semantic, "semantic", part.Manifest.Parts.Assistant.Fingerprint);
        if (request.ReferenceSemantic is null)
        {
            return semantic;
        }

        var alpha = request.HasAlpha ? request.Alpha : DefaultAlpha;
        if (alpha is not (>= 0 and <= 1))
        {
            throw new InvalidRequestException("alpha", FormattableString.Invariant($"must be 0 to 1, got {alpha}"));
        }

        if (semantic is null && alpha != 0)
        {
            throw new InvalidRequestException("semantic", "is required beside reference_semantic unless alpha is 0");
        }

        var reference = await Fetch(request.ReferenceSemantic, "reference_semantic", assistant: null);
        var mixed = SemanticCondition.Mix(semantic ?? reference!, reference!, alpha);
        return conditioning.NormalizeSemantic ? SemanticCondition.Normalize(mixed, conditioning.Semantic.Width) : mixed;
    }

    private static EmbeddingExpectation SubjectOf(PackManifest manifest)
    {
        var subject = manifest.Diffuser.Conditioning.Subject;
        return new EmbeddingExpectation(EmbeddingKind.Subject, manifest.Parts.Encoder.Fingerprint, [subject.Tokens, subject.Width]);
    }

    // One token may be sent without its dimension; a reference is to one of CLIP's embeddings.
    private static EmbeddingExpectation SemanticOf(PackManifest manifest, Embedding embedding)
    {
        var semantic = manifest.Diffuser.Conditioning.Semantic;
        var flat = semantic.Tokens == 1 && embedding.Tensor?.Shape.Count != 2;
        var kind = embedding.Reference?.Kind == EmbeddingKind.Text ? EmbeddingKind.Text : EmbeddingKind.Image;
        return new EmbeddingExpectation(kind, manifest.Parts.Encoder.Fingerprint, flat ? [semantic.Width] : [semantic.Tokens, semantic.Width]);
    }
}
