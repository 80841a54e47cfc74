using Cafe.Imaging;
using Cafe.Training.Data;
using Cafe.Training.Data.Subjects;

namespace Cafe.Training.Tests.Data;

public sealed class SubjectTests
{
    [Fact]
    public void Build_TwoDesigns_JoinsThemByKeyAndTrims()
    {
        var catalog = TestSubjects.Catalog();
        Assert.Equal(12, catalog.Subjects.Count);
        Assert.Equal(["plain", "bold"], catalog.Designs);
        Assert.All(catalog.Subjects, subject =>
        {
            Assert.Equal(2, subject.Pictures.Count);
            Assert.Equal(48, Math.Max(subject.Pictures["bold"].Width, subject.Pictures["bold"].Height));
        });
        Assert.Equal(catalog.Subjects.Count, catalog.Seen.Count + catalog.HeldOut.Count);
        Assert.NotEmpty(catalog.HeldOut);
    }

    [Fact]
    public void Build_Again_HoldsTheSameSubjectsOut() =>
        Assert.Equal(TestSubjects.Catalog().HeldOut.Select(subject => subject.Key), TestSubjects.Catalog().HeldOut.Select(subject => subject.Key));

    [Fact]
    public void Build_MoreSubjects_LeavesTheSplitOfTheOthers()
    {
        var few = TestSubjects.Catalog(8).HeldOut.Select(subject => subject.Key);
        var many = TestSubjects.Catalog(12).HeldOut.Select(subject => subject.Key);
        Assert.Equal(few, many.Where(key => int.Parse(key[3..], System.Globalization.CultureInfo.InvariantCulture) < 8));
    }

    [Fact]
    public void Cluster_SameShapeInOtherColours_IsOneCluster()
    {
        var heart = TestSubjects.Draw(3, 0);
        var clusters = LookAlikes.Cluster(
        [
            ("a", "first", Design(heart)), ("b", "second", Design(new Colouring(120, 1).Apply(heart))), ("c", "third", Design(TestSubjects.Draw(9, 0, 30, 70))),
        ]);
        Assert.Equal(clusters[0], clusters[1]);
        Assert.NotEqual(clusters[0], clusters[2]);
    }

    [Fact]
    public void Cluster_Mirrored_IsOneCluster()
    {
        var picture = TestSubjects.Draw(5, 0);
        var rgba = picture.Rgba.ToArray();
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                picture.Rgba.Slice(4 * ((y * picture.Width) + x), 4).CopyTo(rgba.AsSpan(4 * ((y * picture.Width) + picture.Width - 1 - x)));
            }
        }

        var clusters = LookAlikes.Cluster([("a", "first", Design(picture)), ("b", "second", Design(new AlphaPicture(picture.Width, picture.Height, rgba)))]);
        Assert.Equal(clusters[0], clusters[1]);
    }

    [Fact]
    public void Cluster_NamesThatDifferByAColour_IsOneCluster()
    {
        var clusters = LookAlikes.Cluster(
        [
            ("a", "blue book", Design(TestSubjects.Draw(1, 0))), ("b", "green book", Design(TestSubjects.Draw(2, 0, 30, 70))),
            ("c", "red", Design(TestSubjects.Draw(4, 0, 70, 25))), ("d", "blue", Design(TestSubjects.Draw(7, 0, 44, 44))),
        ]);
        Assert.Equal([0, 0, 1, 2], clusters);
    }

    [Fact]
    public void Colouring_HueTurned_KeepsShapeAndLuminance()
    {
        var picture = TestSubjects.Draw(6, 0);
        var turned = new Colouring(90, 1).Apply(picture);
        Assert.NotEqual(picture.Rgba.ToArray(), turned.Rgba.ToArray());
        var at = 4 * ((22 * picture.Width) + 12);
        Assert.InRange(Luminance(turned.Rgba[at..]) - Luminance(picture.Rgba[at..]), -12, 12);
        Assert.Equal(picture.Bounds(), turned.Bounds());

        static double Luminance(ReadOnlySpan<byte> rgb) => (0.213 * rgb[0]) + (0.715 * rgb[1]) + (0.072 * rgb[2]);
    }

    [Fact]
    public void Colouring_Aspect_KeepsTheLongerSide()
    {
        var picture = TestSubjects.Draw(6, 0, 60, 60);
        var wide = new Colouring(0, 1.18f).Apply(picture);
        Assert.Equal(60, wide.Width);
        Assert.InRange(wide.Height, 50, 52);
    }

    [Fact]
    public void SampleRandom_SameArguments_SameNumbers()
    {
        Assert.Equal(new SampleRandom(1, "a", 2).NextBits(), new SampleRandom(1, "a", 2).NextBits());
        Assert.Equal(4, new[] { new SampleRandom(1, "a", 2), new SampleRandom(2, "a", 2), new SampleRandom(1, "b", 2), new SampleRandom(1, "a", 3) }.Select(random => random.NextBits()).Distinct().Count());

        // Pinned: a change here makes every published data set another one.
        Assert.Equal(10328768910409016585UL, new SampleRandom(20, "train", 0).NextBits());
    }

    private static Dictionary<string, AlphaPicture> Design(AlphaPicture picture) => new() { ["plain"] = picture };
}
