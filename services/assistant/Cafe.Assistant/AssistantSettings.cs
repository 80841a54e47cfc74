using System.ComponentModel.DataAnnotations;
using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Scheduling.Queue;

namespace Cafe.Assistant;

/// <summary>Configuration section <c>Assistant</c>.</summary>
public sealed class AssistantSettings : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Assistant";

    /// <summary>What runs the graphs. Default Cpu.</summary>
    public ExecutionProvider Provider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>A plug-in provider's library; with CudaPlugin only.</summary>
    public string? PluginPath { get; set; }

    /// <summary>The GPU's number, 0 to 63. Default 0.</summary>
    [Range(0, 63)]
    public int DeviceId { get; set; }

    /// <summary>Threads that share one operator's work, 0 to 1024. Default 0: every core that the process may use.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Most requests that wait, 1 to 100000. Default 64. One more is answered RESOURCE_EXHAUSTED at once.</summary>
    [Range(1, 100_000)]
    public int QueueCapacity { get; set; } = 64;

    /// <summary>Seconds after which waiting batch work counts as interactive, above 0. Default 120.</summary>
    [Range(0.001, 86_400)]
    public double BatchAgeingSeconds { get; set; } = 120;

    /// <summary>Most replies at once, 1 to 256. Default 8; fewer where <see cref="KvMemoryBytes"/> holds fewer.</summary>
    [Range(1, 256)]
    public int MaxRows { get; set; } = 8;

    /// <summary>Most tokens of one conversation with its picture and reply, 16 to 131072. Default 2048; the model's last position bounds it too.</summary>
    [Range(16, 131_072)]
    public int MaxTokens { get; set; } = 2048;

    /// <summary>Most memory for keys and values, in bytes, 64 KiB to 64 TiB. Default 4 GiB.</summary>
    [Range(1L << 16, 1L << 46)]
    public long KvMemoryBytes { get; set; } = 4L << 30;

    /// <summary>Prompt tokens computed between two tokens of the running replies, 16 to 4096. Default 128.</summary>
    [Range(16, 4096)]
    public int PrefillChunk { get; set; } = 128;

    /// <summary>Most turns of a conversation, 1 to 1024. Default 64.</summary>
    [Range(1, 1024)]
    public int MaxTurns { get; set; } = 64;

    /// <summary>Most characters of one turn, 1 to 1048576. Default 8192.</summary>
    [Range(1, 1 << 20)]
    public int MaxTurnCharacters { get; set; } = 8192;

    /// <summary>Most characters of all turns, 1 to 1048576. Default 32768.</summary>
    [Range(1, 1 << 20)]
    public int MaxCharacters { get; set; } = 32_768;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Session.Validate(validationContext);

    internal SessionSettings Session => new() { Provider = Provider, PluginPath = PluginPath, DeviceId = DeviceId, Threads = Threads };

    internal DecoderSettings Decoder => new() { MaxRows = MaxRows, MaxTokens = MaxTokens, KvMemoryBytes = KvMemoryBytes, PrefillChunk = PrefillChunk };

    internal QueueOptions Queue => new() { Capacity = QueueCapacity, BatchAgeingSeconds = BatchAgeingSeconds };
}
