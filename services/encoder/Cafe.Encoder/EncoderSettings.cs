using System.ComponentModel.DataAnnotations;
using Cafe.Imaging;
using Cafe.Inference.Sessions;

namespace Cafe.Encoder;

/// <summary>The encoder's own configuration: section <c>Encoder</c>.</summary>
public sealed class EncoderSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Encoder";

    /// <summary>Cpu (default), Cuda or CudaPlugin.</summary>
    [EnumDataType(typeof(ExecutionProvider))]
    public ExecutionProvider Provider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>The plug-in library's path; with CudaPlugin only.</summary>
    public string? PluginPath { get; set; }

    /// <summary>The GPU's number, 0 to 63. Default 0.</summary>
    [Range(0, 63)]
    public int DeviceId { get; set; }

    /// <summary>Threads of one operator, 0 to 1024. Default 0: every core that the process may use.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Different pictures and texts in the work or waiting, 1 to 100000; one more is refused at once. Default 64.</summary>
    [Range(1, 100_000)]
    public int QueueCapacity { get; set; } = 64;

    /// <summary>Most rows of one model call, 1 to 256. Default 8.</summary>
    [Range(1, 256)]
    public int MaxBatch { get; set; } = 8;

    /// <summary>Most bytes of pictures held by calls that wait, in MiB, 32 to 65536; a call beyond is refused at once. Default 512.</summary>
    [Range(32, 65_536)]
    public int MaxHeldMegabytes { get; set; } = 512;

    /// <summary>Pictures decoded at once, 0 to 256; decoding takes up to eight bytes a pixel. Default 0: one per core, at most four.</summary>
    [Range(0, 256)]
    public int Decoders { get; set; }

    /// <summary>Items of one stream in the work at once, 1 to 1024. Default 16.</summary>
    [Range(1, 1024)]
    public int StreamWindow { get; set; } = 16;

    /// <summary>Largest picture file, in bytes, 1 KiB to 512 MiB. Default 20 MiB.</summary>
    [Range(1024, 512 << 20)]
    public int MaxImageBytes { get; set; } = 20 << 20;

    /// <summary>Longest side of a picture, in pixels, 16 to 65535. Default 8192.</summary>
    [Range(16, 65_535)]
    public int MaxImageSide { get; set; } = 8192;

    /// <summary>Most pixels of a picture, 256 to 1000 million. Default 40 million.</summary>
    [Range(256, 1_000_000_000)]
    public long MaxImagePixels { get; set; } = 40_000_000;

    internal int DecoderCount => Decoders > 0 ? Decoders : Math.Clamp(Environment.ProcessorCount, 1, 4);

    internal ImageLimits Limits => new() { MaxBytes = MaxImageBytes, MaxWidth = MaxImageSide, MaxHeight = MaxImageSide, MaxPixels = MaxImagePixels };

    internal SessionSettings Sessions => new() { Provider = Provider, PluginPath = PluginPath, DeviceId = DeviceId, Threads = Threads };
}
