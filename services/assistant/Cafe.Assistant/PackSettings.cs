using System.ComponentModel.DataAnnotations;

namespace Cafe.Assistant;

/// <summary>Configuration section <c>Pack</c>.</summary>
public sealed class PackSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Pack";

    /// <summary>The pack's folder. Required.</summary>
    [Required]
    public string Path { get; set; } = "";
}
