using System.Text.Json;
using System.Text.Json.Serialization;
using Cafe.Testing;

namespace Cafe.Imaging.Tests;

/// <summary>One line of tests/goldens/images/cases.json.</summary>
public sealed record GoldenCase(
    string File,
    string Resize,
    JsonElement Size,
    int? Crop,
    string Expect,
    string? Tensor)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static IReadOnlyList<GoldenCase> All { get; } =
        JsonSerializer.Deserialize<List<GoldenCase>>(System.IO.File.ReadAllText(Goldens.Path("images", "cases.json")), Web)!;

    /// <summary>The case's picture after its stated resizing and crop.</summary>
    public Picture Run()
    {
        var picture = Read(File);
        picture = Resize switch
        {
            "none" => picture,
            "shortest" => picture.ResizeShortestEdge(Size.GetInt32()),
            // Sizes are stated as height, width.
            "exact" => picture.Resize(Size[1].GetInt32(), Size[0].GetInt32()),
            _ => throw new InvalidDataException($"Unknown resize '{Resize}'."),
        };
        return Crop is { } side ? picture.CenterCrop(side, side) : picture;
    }

    public static byte[] Bytes(string file) => System.IO.File.ReadAllBytes(Goldens.Path("images", file));

    public static Picture Read(string file) => Cafe.Imaging.Decoding.PictureDecoder.Decode(Bytes(file), ImageLimits.Default, Rgb.White);
}
