using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.Imaging.Subjects;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Quadruplets;
using Cafe.Training.Samples;

namespace Cafe.Training.Tests.Data;

public sealed class QuadrupletTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-quadruplets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_TwoShardsThreeWorkers_EachSampleGoesToOneWorker()
    {
        QuadrupletFolder.Append(_folder, 0, Enumerable.Range(0, 5).Select(Sample));
        QuadrupletFolder.Append(_folder, 1, Enumerable.Range(5, 4).Select(Sample));
        QuadrupletFolder.Append(_folder, 0, [Sample(9)]);
        var shares = Enumerable.Range(0, 3).Select(worker => QuadrupletFolder.Read(_folder, worker, 3).Select(sample => sample.Id).ToList()).ToList();
        Assert.Equal(10, shares.Sum(share => share.Count));
        Assert.Equal(10, shares.SelectMany(share => share).Distinct().Count());
        Assert.All(shares, share => Assert.InRange(share.Count, 3, 4));
        Assert.Equal("Put it on the beach.", QuadrupletFolder.Read(_folder).First().Turns[0].Text);
    }

    [Fact]
    public void Write_Folder_BecomesAStoreOfPictures()
    {
        QuadrupletFolder.Append(_folder, 0, Enumerable.Range(0, 3).Select(Sample));
        var (cutOut, scene) = (TestSubjects.Draw(2, 0), TestSubjects.Draw(3, 0, 90, 70).Over(new Rgb(10, 200, 30)));
        File.WriteAllBytes(Path.Combine(_folder, "x.png"), PngEncoder.Encode(cutOut));
        File.WriteAllBytes(Path.Combine(_folder, "y.jpg"), JpegEncoder.Encode(scene, 95));
        var store = Path.Combine(_folder, "store");
        Assert.Equal(3, QuadrupletStore.Write(_folder, store, 64, new SubjectCentringOptions { Side = 48 }, ImageLimits.Default).Count);
        using var opened = TensorStore.Open(store);
        Assert.Equal(3, opened.Count);
        var reference = new byte[3 * 48 * 48];
        opened.Read(opened.Field(SampleFields.Reference), 1, reference);
        Assert.Equal(128, reference[0]);
        Assert.Equal(SubjectCentring.Canonical(cutOut, 48, 0.94, Rgb.Grey)[24, 10].R, reference[(10 * 48) + 24]);
        Assert.Equal([3, 64, 64], opened.Field(SampleFields.Target).Shape);
    }

    [Fact]
    public void Write_MissingPicture_NamesTheSample()
    {
        QuadrupletFolder.Append(_folder, 0, [Sample(7)]);
        Assert.Contains("s7", Assert.Throws<InvalidDataException>(() => QuadrupletStore.Write(_folder, Path.Combine(_folder, "store"), 64, new SubjectCentringOptions(), ImageLimits.Default)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "index.jsonl, line 2")]
    [InlineData("""{"id":"a","subject":"../x.png","target":"y.png","turns":[{"role":"user","text":"t"}],"reply":"r","caption":"c"}""", "leaves the folder")]
    [InlineData("""{"id":"a","subject":"x.png","target":"y.png","turns":[],"reply":"r","caption":"c"}""", "turns")]
    public void Read_BadLine_SaysWhere(string line, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "index.jsonl"), "\n" + line + "\n");
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => QuadrupletFolder.Read(_folder).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoIndex_SaysSo() => Assert.Contains("index.jsonl", Assert.Throws<InvalidDataException>(() => QuadrupletFolder.Read(_folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_NoFolder_SaysSo() => Assert.Contains("index.jsonl", Assert.Throws<InvalidDataException>(() => QuadrupletFolder.Read(Path.Combine(_folder, "own"))).Message, StringComparison.Ordinal);

    private static Quadruplet Sample(int number) => new($"s{number}", "x.png", "y.jpg", [new ChatTurn(ChatTurn.User, "Put it on the beach.")], "Sure! I drew it.", "thing on the beach");
}
