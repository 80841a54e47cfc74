using System.Globalization;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using ProtoGuidance = Cafe.V1.Guidance;
using ProtoMode = Cafe.V1.GuidanceMode;

namespace Cafe.Diffuser.Serving;

/// <summary>Fills in the pack's defaults and holds every option to its range; all that is wrong is named at once.</summary>
internal sealed class OptionsReader(DiffuserSection section)
{
    private const int MaxCount = 16;
    private const int MaxSteps = 150;
    private const double MaxScale = 30;
    private const int DefaultQuality = 90;
    private readonly List<FieldViolation> _violations = [];

    /// <summary>The options as they will be used; the seed, where the request has none, from <paramref name="seeds"/>.</summary>
    /// <exception cref="InvalidRequestException">Options are out of their ranges; all of them, by name.</exception>
    public static DiffusionOptions Resolve(DiffusionOptions? options, DiffuserSection section, SeedSource seeds)
    {
        var reader = new OptionsReader(section);
        var resolved = reader.Read(options ?? new DiffusionOptions(), seeds);
        return reader._violations.Count == 0 ? resolved : throw new InvalidRequestException(reader._violations);
    }

    /// <summary>The sampler of resolved options.</summary>
    public static SamplerKind Kind(Sampler sampler) => sampler switch
    {
        Sampler.Dpmpp2M => SamplerKind.Dpmpp2M,
        Sampler.Ddim => SamplerKind.Ddim,
        Sampler.Euler => SamplerKind.Euler,
        _ => throw new ArgumentOutOfRangeException(nameof(sampler), sampler, "Unknown sampler."),
    };

    /// <summary>The guidance of resolved options.</summary>
    public static Inference.Diffusion.Guidance Guidance(ProtoGuidance guidance) => new(
        guidance.Mode switch
        {
            ProtoMode.Joint => Inference.Diffusion.GuidanceMode.Joint,
            ProtoMode.Dual => Inference.Diffusion.GuidanceMode.Dual,
            ProtoMode.None => Inference.Diffusion.GuidanceMode.None,
            _ => throw new ArgumentOutOfRangeException(nameof(guidance), guidance.Mode, "Unknown guidance mode."),
        },
        guidance.Scale,
        guidance.SemanticScale,
        guidance.SubjectScale,
        guidance.IntervalStart,
        guidance.IntervalEnd);

    /// <summary>The pack's own options.</summary>
    public static DiffusionOptions Defaults(DiffuserSection section) => Resolve(new DiffusionOptions { Seed = 0 }, section, new SeedSource());

    private DiffusionOptions Read(DiffusionOptions options, SeedSource seeds)
    {
        var defaults = section.Defaults;
        return new DiffusionOptions
        {
            Count = Integer("options.count", options.HasCount ? options.Count : 1, 1, MaxCount),
            Seed = options.HasSeed ? options.Seed : seeds.Next(),
            Width = Side("options.width", options.HasWidth ? options.Width : section.Size.DefaultWidth),
            Height = Side("options.height", options.HasHeight ? options.Height : section.Size.DefaultHeight),
            Steps = Integer("options.steps", options.HasSteps ? options.Steps : defaults.Steps, 1, MaxSteps),
            Sampler = Sampling(options.Sampler),
            Guidance = Guided(options.Guidance ?? new ProtoGuidance()),
            SubjectStrength = Number("options.subject_strength", options.HasSubjectStrength ? options.SubjectStrength : Decimal(defaults.SubjectStrength), 0, 2),
            PreviewEvery = Integer("options.preview_every", options.HasPreviewEvery ? options.PreviewEvery : 0, options.HasPreviewEvery && options.PreviewEvery != 0 ? 1 : 0, MaxSteps),
            Format = options.Format switch
            {
                ImageFormat.Unspecified or ImageFormat.Png => ImageFormat.Png,
                ImageFormat.Jpeg => ImageFormat.Jpeg,
                _ => Unknown("options.format", (int)options.Format, ImageFormat.Png),
            },
            Quality = Integer("options.quality", options.HasQuality ? options.Quality : DefaultQuality, 1, 100),
            OmitMetadata = options.OmitMetadata,
        };
    }

    private ProtoGuidance Guided(ProtoGuidance guidance)
    {
        var defaults = section.Defaults;
        var start = Number("options.guidance.interval_start", guidance.HasIntervalStart ? guidance.IntervalStart : Decimal(defaults.IntervalStart), 0, 1);
        return new ProtoGuidance
        {
            Mode = guidance.Mode switch
            {
                ProtoMode.Unspecified => defaults.Guidance switch
                {
                    "joint" => ProtoMode.Joint,
                    "dual" => ProtoMode.Dual,
                    "none" => ProtoMode.None,
                    var other => throw new PackException($"The pack's default guidance is '{other}'."),
                },
                ProtoMode.Joint or ProtoMode.Dual or ProtoMode.None => guidance.Mode,
                _ => Unknown("options.guidance.mode", (int)guidance.Mode, ProtoMode.None),
            },
            Scale = Number("options.guidance.scale", guidance.HasScale ? guidance.Scale : Decimal(defaults.GuidanceScale), 0, MaxScale),
            SemanticScale = Number("options.guidance.semantic_scale", guidance.HasSemanticScale ? guidance.SemanticScale : Decimal(defaults.SemanticScale), 0, MaxScale),
            SubjectScale = Number("options.guidance.subject_scale", guidance.HasSubjectScale ? guidance.SubjectScale : Decimal(defaults.SubjectScale), 0, MaxScale),
            IntervalStart = start,
            IntervalEnd = Number("options.guidance.interval_end", guidance.HasIntervalEnd ? guidance.IntervalEnd : Decimal(defaults.IntervalEnd), start, 1),
        };
    }

    private Sampler Sampling(Sampler sampler) => sampler switch
    {
        Sampler.Unspecified => SamplerNames.Parse(section.Defaults.Sampler) switch
        {
            SamplerKind.Dpmpp2M => Sampler.Dpmpp2M,
            SamplerKind.Ddim => Sampler.Ddim,
            SamplerKind.Euler => Sampler.Euler,
            var other => throw new PackException($"The pack's default sampler is {other}."),
        },
        Sampler.Dpmpp2M or Sampler.Ddim or Sampler.Euler => sampler,
        _ => Unknown("options.sampler", (int)sampler, Sampler.Dpmpp2M),
    };

    private int Side(string field, int value)
    {
        var size = section.Size;
        Integer(field, value, size.Min, size.Max);
        if (value % size.MultipleOf != 0)
        {
            _violations.Add(new FieldViolation(field, $"must be a multiple of {size.MultipleOf}, got {value}"));
        }

        return value;
    }

    private int Integer(string field, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            _violations.Add(new FieldViolation(field, $"must be {min} to {max}, got {value}"));
        }

        return value;
    }

    private double Number(string field, double value, double min, double max)
    {
        if (value is double.NaN || value < min || value > max)
        {
            _violations.Add(new FieldViolation(field, FormattableString.Invariant($"must be {min} to {max}, got {value}")));
        }

        return value;
    }

    private T Unknown<T>(string field, int value, T instead)
    {
        _violations.Add(new FieldViolation(field, $"has unknown value {value}"));
        return instead;
    }

    // The manifest's floats as they are written there: 7.3, not 7.300000190734863.
    private static double Decimal(float value) => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
