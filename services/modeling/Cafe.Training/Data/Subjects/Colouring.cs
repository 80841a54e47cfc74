using Cafe.Imaging;

namespace Cafe.Training.Data.Subjects;

/// <summary>How a subject's picture is varied: new subjects of the same shapes.</summary>
/// <param name="HueDegrees">Rotation of every colour's hue, -180 to 180; 0 leaves the colours.</param>
/// <param name="Aspect">Width against height, 1 leaves the shape; the area stays about the same.</param>
public sealed record Colouring(float HueDegrees, float Aspect)
{
    /// <summary>The subject as its designer drew it.</summary>
    public static Colouring None { get; } = new(0, 1);

    /// <summary>Hue in six of ten draws, aspect from .85 to 1.18.</summary>
    public static Colouring Draw(SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var hue = random.Chance(0.6) ? random.Range(25, 335) : 0;
        return new Colouring(hue > 180 ? hue - 360 : hue, MathF.Exp(random.Range(Math.Log(0.85), Math.Log(1.18))));
    }

    /// <summary>The varied picture; its longer side stays.</summary>
    public AlphaPicture Apply(AlphaPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var turned = HueDegrees == 0 ? picture : Turn(picture);
        if (Aspect == 1)
        {
            return turned;
        }

        var (width, height) = (picture.Width * MathF.Sqrt(Aspect), picture.Height / MathF.Sqrt(Aspect));
        var scale = Math.Max(picture.Width, picture.Height) / Math.Max(width, height);
        return turned.Resize(Math.Max(1, (int)MathF.Round(width * scale)), Math.Max(1, (int)MathF.Round(height * scale)));
    }

    /// <summary>Rotates hue around the grey axis and keeps luminance, as SVG's hueRotate does.</summary>
    private AlphaPicture Turn(AlphaPicture picture)
    {
        const float r = 0.213f, g = 0.715f, b = 0.072f;
        var (sin, cos) = MathF.SinCos(HueDegrees * MathF.PI / 180);
        Span<float> m =
        [
            r + (cos * (1 - r)) - (sin * r), g - (cos * g) - (sin * g), b - (cos * b) + (sin * (1 - b)),
            r - (cos * r) + (sin * 0.143f), g + (cos * (1 - g)) + (sin * 0.140f), b - (cos * b) - (sin * 0.283f),
            r - (cos * r) - (sin * (1 - r)), g - (cos * g) + (sin * g), b + (cos * (1 - b)) + (sin * b),
        ];
        var rgba = picture.Rgba.ToArray();
        for (var i = 0; i < rgba.Length; i += 4)
        {
            var (red, green, blue) = ((float)rgba[i], (float)rgba[i + 1], (float)rgba[i + 2]);
            rgba[i] = Clamp((m[0] * red) + (m[1] * green) + (m[2] * blue));
            rgba[i + 1] = Clamp((m[3] * red) + (m[4] * green) + (m[5] * blue));
            rgba[i + 2] = Clamp((m[6] * red) + (m[7] * green) + (m[8] * blue));
        }

        return new AlphaPicture(picture.Width, picture.Height, rgba);
    }

    private static byte Clamp(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
