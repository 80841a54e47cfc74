using Cafe.V1;

namespace Cafe.Gateway.Requests;

/// <summary>Ranges of the drawing's options that hold for every pack.</summary>
internal static class DrawingOptionRules
{
    public static void Check(Violations errors, DiffusionOptions options, int maxPictures)
    {
        if (options.HasCount)
        {
            errors.CheckRange("options.count", options.Count, 1, maxPictures);
        }

        if (options.HasSteps)
        {
            errors.CheckRange("options.steps", options.Steps, 1, 150);
        }

        if (options.HasWidth && options.Width < 1)
        {
            errors.Add("options.width", $"must be 1 or more, not {options.Width}");
        }

        if (options.HasHeight && options.Height < 1)
        {
            errors.Add("options.height", $"must be 1 or more, not {options.Height}");
        }

        if (options.HasSubjectStrength)
        {
            errors.CheckRange("options.subject_strength", options.SubjectStrength, 0, 2);
        }

        if (options.HasPreviewEvery)
        {
            errors.CheckRange("options.preview_every", options.PreviewEvery, 0, 150);
        }

        if (options.HasQuality)
        {
            errors.CheckRange("options.quality", options.Quality, 1, 100);
        }

        errors.CheckEnum("options.sampler", options.Sampler);
        errors.CheckEnum("options.format", options.Format);
        if (options.Guidance is { } guidance)
        {
            Check(errors, guidance);
        }
    }

    private static void Check(Violations errors, Guidance guidance)
    {
        errors.CheckEnum("options.guidance.mode", guidance.Mode);
        if (guidance.HasScale)
        {
            errors.CheckRange("options.guidance.scale", guidance.Scale, 0, 30);
        }

        if (guidance.HasSemanticScale)
        {
            errors.CheckRange("options.guidance.semantic_scale", guidance.SemanticScale, 0, 30);
        }

        if (guidance.HasSubjectScale)
        {
            errors.CheckRange("options.guidance.subject_scale", guidance.SubjectScale, 0, 30);
        }

        var start = guidance.HasIntervalStart ? guidance.IntervalStart : 0;
        var end = guidance.HasIntervalEnd ? guidance.IntervalEnd : 1;
        errors.CheckRange("options.guidance.interval_start", start, 0, 1);
        errors.CheckRange("options.guidance.interval_end", end, 0, 1);
        if (start > end)
        {
            errors.Add("options.guidance.interval_end", $"must not be before interval_start ({start}), but is {end}");
        }
    }
}
