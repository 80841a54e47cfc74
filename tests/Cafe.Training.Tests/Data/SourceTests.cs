using Cafe.Imaging.Encoding;
using Cafe.Training.Data.Sources;

namespace Cafe.Training.Tests.Data;

public sealed class SourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-sources-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EmojiList_Lines_KeepsThingsOfOneCodePoint()
    {
        var path = Path.Combine(_folder, "emoji-test.txt");
        File.WriteAllText(path, """
            # group: Animals & Nature
            # subgroup: animal-mammal
            1F415                                      ; fully-qualified     # 🐕 E0.7 dog
            1F415 200D 1F9BA                           ; fully-qualified     # 🐕‍🦺 E12.0 service dog
            # subgroup: sky & weather
            2600 FE0F                                  ; fully-qualified     # ☀️ E0.6 sun
            2600                                       ; unqualified         # ☀ E0.6 sun
            # group: Travel & Places
            # subgroup: time
            1F550                                      ; fully-qualified     # 🕐 E0.6 one o’clock
            1F55C                                      ; fully-qualified     # 🕜 E0.7 one-thirty
            23F0                                       ; fully-qualified     # ⏰ E0.6 alarm clock
            # group: Symbols
            # subgroup: arrow
            2B06 FE0F                                  ; fully-qualified     # ⬆️ E0.6 up arrow
            # group: Flags
            # subgroup: flag
            1F3C1                                      ; fully-qualified     # 🏁 E0.6 chequered flag
            """);
        Assert.Equal(
            [new Emoji(0x1F415, "dog", "animal-mammal"), new Emoji(0x2600, "sun", "sky & weather"), new Emoji(0x23F0, "alarm clock", "time")],
            EmojiList.Read(path).All);
        Assert.Equal("1f415", EmojiList.Read(path).All[0].Key);
    }

    [Fact]
    public void EmojiList_AnotherFile_SaysSo()
    {
        var path = Path.Combine(_folder, "other.txt");
        File.WriteAllText(path, "nothing here");
        Assert.Throws<InvalidDataException>(() => EmojiList.Read(path));
    }

    [Fact]
    public void BitmapFont_CharactersAndStrikes_FindsTheLargestPng()
    {
        var path = Path.Combine(_folder, "font.ttf");
        File.WriteAllBytes(path, HandMadeFont.Build(0x1F415, [1, 2, 3, 4, 5]));
        var font = BitmapFont.Read(path);
        Assert.Equal([0x1F415], font.CodePoints);
        Assert.Equal([1, 2, 3, 4, 5], font.Picture(0x1F415)!.Value.ToArray());
        Assert.Null(font.Picture(0x1F600));
    }

    [Fact]
    public void BitmapFont_CutAnywhere_IsInvalidData()
    {
        var path = Path.Combine(_folder, "font.ttf");
        var whole = HandMadeFont.Build(0x1F415, [1, 2, 3, 4, 5]);
        for (var length = 0; length < whole.Length; length += 3)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<InvalidDataException>(() => BitmapFont.Read(path));
        }
    }

    [Fact]
    public void SvgPainter_ShapesWithFillsAndTransforms_ArePainted()
    {
        var picture = SvgPainter.Paint(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><path fill="#FF0000" d="M0 0h18v18H0z"/>
            <g fill="blue" opacity="0.5"><circle cx="27" cy="9" r="9"/></g><rect x="0" y="18" width="18" height="18" fill="none"/>
            <ellipse cx="9" cy="27" rx="9" ry="4" fill="#0F0" transform="rotate(90 9 27)"/></svg>
            """,
            72);
        Assert.Equal([255, 0, 0, 255], Pixel(10, 10));
        Assert.Equal([0, 0, 255, 128], Pixel(54, 18));
        Assert.Equal([0, 255, 0, 255], Pixel(18, 40));
        Assert.Equal(0, Pixel(4, 54)[3]);

        byte[] Pixel(int x, int y) => picture.Rgba.Slice(4 * ((y * 72) + x), 4).ToArray();
    }

    [Theory]
    [InlineData("<svg viewBox='0 0 1 1'><text>a</text></svg>", "text")]
    [InlineData("<svg viewBox='0 0 1 1'><path fill='url(#a)' d='M0 0'/></svg>", "url(#a)")]
    [InlineData("<svg viewBox='0 0 1 1'><path transform='skewX(3)' d='M0 0'/></svg>", "skewX")]
    [InlineData("<svg><path d='M0 0'/></svg>", "viewBox")]
    [InlineData("<svg viewBox='0 0 1 1'>", "well-formed")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg viewBox='0 0 1 1'/>", "well-formed")]
    public void SvgPainter_MoreThanIsPainted_IsRefusedByName(string svg, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => SvgPainter.Paint(svg, 16)).Message, StringComparison.Ordinal);

    [Fact]
    public void CutOutFolder_FilesAndFolders_BecomeNamesAndGroups()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "toys"));
        File.WriteAllBytes(Path.Combine(_folder, "toys", "Red_Robot-two.png"), PngEncoder.Encode(TestSubjects.Draw(1, 0)));
        var picture = Assert.Single(new CutOutFolder(_folder, "mine", "CC0-1.0").Read());
        Assert.Equal(("red robot two", "toys", "mine", "toys/Red_Robot-two"), (picture.Name, picture.Group, picture.Design, picture.Key));
    }

    [Fact]
    public void CutOutFolder_OpaquePicture_NamesTheFile()
    {
        File.WriteAllBytes(Path.Combine(_folder, "photo.png"), PngEncoder.Encode(TestSubjects.Draw(1, 0).Over(Cafe.Imaging.Rgb.White)));
        Assert.Contains("photo.png", Assert.Throws<InvalidDataException>(() => new CutOutFolder(_folder, "mine", "CC0-1.0").Read().ToList()).Message, StringComparison.Ordinal);
    }
}
