using Cafe.Inference.Language;
using CsCheck;

namespace Cafe.Inference.Tests.Language;

public sealed class NamePlaceTests
{
    private const int Lead = 59;

    // Ids below 100 begin a word. "1 101 2 1 102 3", of which 3 is in no name.
    private static readonly CopySource Source = new([1, 101, 2, 1, 102, 3]) { Names = [0, 2, 3] };

    private static NamePlace Of(int[] unnamed, params CopySource[] sources) => new(sources, [[Lead]], unnamed, id => id < 100);

    [Fact]
    public void Allowed_BehindTheLead_AreTheBeginningsOfNamesAndTheWordForNone() =>
        Assert.Equal([1, 2, 9], Of([9, 109], Source).Allowed([8, Lead])!.Order());

    [Fact]
    public void Allowed_InsideAWord_AreThePiecesItGoesOnWith()
    {
        Assert.Equal([101, 102], Of([9, 109], Source).Allowed([8, Lead, 1])!.Order());
        Assert.Equal([109], Of([9, 109], Source).Allowed([8, Lead, 9]));
    }

    [Fact]
    public void Allowed_AfterAWholeWord_IsAnything()
    {
        Assert.Null(Of([9], Source).Allowed([8, Lead, 2]));
        Assert.Null(Of([9], Source).Allowed([8, Lead, 1, 102]));
        Assert.Null(Of([9], Source).Allowed([8, Lead, 9]));
        Assert.Null(Of([9], Source, new CopySource([1]) { Names = [0] }).Allowed([8, Lead, 1])); // whole in one text, begun in another
    }

    [Fact]
    public void Allowed_AnywhereElse_IsAnything()
    {
        Assert.Null(Of([9], Source).Allowed([]));
        Assert.Null(Of([9], Source).Allowed([8]));
        Assert.Null(Of([9], Source).Allowed([Lead, 2, Lead])); // named before
        Assert.Null(Of([], Source).Allowed([Lead])); // a pack without a word for what has no name
    }

    [Fact]
    public void Allowed_NothingNamed_IsTheWordForNone() => Assert.Equal([9], Of([9]).Allowed([Lead]));

    [Fact]
    public void IsDue_BehindTheFirstLeadAlone()
    {
        var place = new NamePlace([], [[4, 104]], [], id => id < 100);
        Assert.True(place.IsDue([8, 4, 104]));
        Assert.False(place.IsDue([8, 4]));
        Assert.False(place.IsDue([8, 4, 104, 1]));
        Assert.False(place.IsDue([4, 104, 1, 4, 104]));
    }

    /// <summary>Whatever a model would say, a word of the user's or the one for what has no name follows the lead.</summary>
    [Fact]
    public void Allowed_AnyChoices_SpellAWordOfTheUsers() =>
        Gen.Select(Gen.Int[1, 4].Array[1, 4].Array[1, 6], Gen.ULong).Sample(
            (words, seed) =>
            {
                int[][] spelled = [.. words.Select(word => word.Select((piece, i) => i == 0 ? piece : 100 + piece).ToArray())];
                int[] ids = [.. spelled.SelectMany(word => word)];
                var place = Of([9, 109], new CopySource(ids) { Names = [.. spelled.Select((_, i) => spelled.Take(i).Sum(word => word.Length))] });
                List<int> reply = [8, Lead];
                while (place.Allowed(reply) is { } allowed)
                {
                    reply.Add(allowed.Order().ElementAt((int)(seed % (ulong)allowed.Count)));
                    seed /= 3;
                }

                Assert.Contains(spelled.Append([9, 109]), word => word.SequenceEqual(reply.Skip(2)));
            },
            iter: 1000);
}
