using Cafe.Packs.Manifest;

namespace Cafe.Packs.Tests.Manifest;

public sealed class PackFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Open_NoManifest_SaysItIsNoPack() =>
        Assert.Contains("is no pack", Assert.Throws<PackException>(() => PackFolder.Open(folder)).Message);

    [Theory]
    [InlineData("encoder/subject.onnx", true)]
    [InlineData("manifest.json", true)]
    [InlineData("../manifest.json", false)]
    [InlineData("encoder/../../x", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("encoder//x", false)]
    [InlineData("encoder/.hidden", false)]
    [InlineData("encoder/", false)]
    [InlineData("c:/x", false)]
    [InlineData("encoder\\x", false)]
    [InlineData("encoder/x\u0000", false)]
    [InlineData("", false)]
    public void IsValid_AnyPath_OnlyPlainRelativeOnes(string path, bool valid) => Assert.Equal(valid, PackPath.IsValid(path));

    [Fact]
    public void PathOf_LinkOutOfThePack_Refused()
    {
        var pack = Write();
        Directory.CreateDirectory(Path.Combine(folder, "encoder"));
        File.CreateSymbolicLink(Path.Combine(folder, "encoder", "subject.onnx"), Path.GetTempPath());
        Assert.Contains("leaves the pack", Assert.Throws<PackException>(() => pack.PathOf("encoder/subject.onnx")).Message);
    }

    [Fact]
    public void PathOf_LinkWithinThePack_Followed()
    {
        var pack = Write();
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        File.WriteAllText(Path.Combine(folder, "data", "subject.onnx"), "x");
        Directory.CreateSymbolicLink(Path.Combine(folder, "encoder"), "data");
        Assert.True(File.Exists(pack.PathOf("encoder/subject.onnx")));
    }

    [Fact]
    public void CheckFiles_MissingAndShortFiles_AllNamed()
    {
        var pack = Write();
        Directory.CreateDirectory(Path.Combine(folder, "encoder"));
        File.WriteAllBytes(Path.Combine(folder, "encoder", "image.onnx"), new byte[9]);
        var e = Assert.Throws<PackException>(() => pack.CheckFiles(pack.Manifest.Parts.Encoder));
        Assert.Contains("encoder/image.onnx has 9 bytes, not 10", e.Message);
        Assert.Contains("encoder/subject.onnx is missing", e.Message);
    }

    [Fact]
    public void Describe_File_LengthAndHash()
    {
        File.WriteAllText(Path.Combine(folder, "a.bin"), "abc");
        var bytes = 0L;
        var file = PackHash.Describe(folder, "a.bin", step => bytes += step);
        Assert.Equal(new PackFile("a.bin", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), file);
        Assert.Equal(3, bytes);
    }

    private PackFolder Write()
    {
        ManifestWriter.WriteFolder(folder, SampleManifest.Create());
        return PackFolder.Open(folder);
    }
}
