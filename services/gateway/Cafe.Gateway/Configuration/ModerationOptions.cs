using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>Moderation; off until a callback or a classifier is configured.</summary>
public sealed class ModerationOptions : IValidatableObject
{
    /// <summary>
    /// Asked by POST: <c>{"kind":"prompt|reply","text":"..."}</c> or <c>{"kind":"subject|picture","image":"base64"}</c>; answers
    /// <c>{"allowed":true}</c>.
    /// </summary>
    public string? CallbackUrl { get; set; }

    /// <summary>Longest callback in seconds, 0.01 to 600. Default 10. A callback that fails withholds: moderation never fails open.</summary>
    [Range(0.01, 600)]
    public double CallbackTimeoutSeconds { get; set; } = 10;

    /// <summary>A picture classifier: an ONNX graph with one input [1, 3, size, size] and one output [1, classes].</summary>
    public string? ClassifierPath { get; set; }

    /// <summary>Side of the classifier's input in pixels, 8 to 2048. Default 224.</summary>
    [Range(8, 2048)]
    public int ClassifierSize { get; set; } = 224;

    // Lists have no initial value: the configuration would be appended to it.

    /// <summary>Mean per channel, taken from pixels in [0, 1]. Default 0.5.</summary>
    public float[]? ClassifierMean { get; set; }

    /// <summary>Deviation per channel, above 0. Default 0.5.</summary>
    public float[]? ClassifierStd { get; set; }

    /// <summary>Classes that are withheld, counted from 0. Default 1 alone.</summary>
    public int[]? BlockedClasses { get; set; }

    /// <summary>Softmax probability of the blocked classes, summed, from which a picture is withheld; 0 to 1. Default 0.5.</summary>
    [Range(0, 1)]
    public double Threshold { get; set; } = 0.5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(CallbackUrl) && !(Uri.TryCreate(CallbackUrl, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return new ValidationResult($"CallbackUrl must be an http or https URL, not '{CallbackUrl}'.");
        }

        if (!string.IsNullOrEmpty(ClassifierPath) && !File.Exists(ClassifierPath))
        {
            yield return new ValidationResult($"ClassifierPath: there is no file {ClassifierPath}.");
        }

        if (ClassifierMean is not (null or { Length: 3 }) || ClassifierStd is not (null or { Length: 3 }) || ClassifierStd?.Any(deviation => deviation <= 0) == true)
        {
            yield return new ValidationResult("ClassifierMean and ClassifierStd need three numbers, deviations above 0.");
        }
    }
}
