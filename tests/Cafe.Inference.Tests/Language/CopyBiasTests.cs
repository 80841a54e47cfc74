using Cafe.Inference.Language;
using CsCheck;

namespace Cafe.Inference.Tests.Language;

public sealed class CopyBiasTests
{
    // Ids below 100 begin a word; 50 to 59 and 150 to 159 are common.
    private static CopyBias Of(params int[][] sources) => With([.. sources.Select(ids => new CopySource(ids))]);

    // 59, a common word, is the lead.
    private static CopyBias With(params CopySource[] sources) => Naming([], sources);

    private static CopyBias Naming(int[] unnamed, params CopySource[] sources) =>
        new(sources, new NamePlace(sources, [[59]], unnamed, BeginsWord), BeginsWord, id => id % 100 is >= 50 and < 60, 3);

    private static bool BeginsWord(int id) => id < 100;

    [Fact]
    public void Continuations_AWordOfTheSourceWasJustSaid_AreWhatFollowsIt() =>
        Assert.Equal([13], Of([10, 11, 12, 13]).Continuations([5, 12]).Keys);

    [Fact]
    public void Continuations_SeveralPlaces_AreThoseOfTheLongestRun() =>
        // "rolling on the floor laughing on a street": after "rolling on" the floor follows, not the street.
        Assert.Equal([3], Of([1, 2, 3, 4, 5, 2, 6, 7]).Continuations([9, 1, 2]).Keys);

    [Fact]
    public void Continuations_EquallyLongRuns_AreAllOfThem() =>
        Assert.Equal([3, 6], Of([1, 2, 3], [5, 2, 6]).Continuations([8, 2]).Keys.Order());

    [Fact]
    public void Continuations_InsideAWord_NeedTheWordsBeginning()
    {
        Assert.Equal([102], Of([1, 101, 102]).Continuations([7, 1, 101]).Keys);
        Assert.Empty(Of([1, 101, 102]).Continuations([7, 101])); // another word with the same middle
        Assert.Equal([102], Of([3, 1, 101, 102]).Continuations([5, 1, 101]).Keys);
    }

    [Fact]
    public void Continuations_AfterCommonPiecesAlone_AreNone()
    {
        Assert.Empty(Of([50, 51, 3]).Continuations([50, 51])); // "in a" is no beginning of a name
        Assert.Equal([3], Of([2, 50, 51, 3]).Continuations([2, 50, 51]).Keys); // "nose in a" is one
        Assert.Empty(Of([2, 50, 51, 3]).Continuations([7, 50, 51]));
    }

    [Fact]
    public void Continuations_CommonPieces_AreCopiedInsideAWordAlone()
    {
        Assert.Empty(Of([2, 50, 3]).Continuations([2])); // what follows a name is the model's own: "in", "wearing"
        Assert.Equal([150], Of([2, 150, 3]).Continuations([2]).Keys);
        Assert.Equal([50], Of([2, 50, 101]).Continuations([2]).Keys); // "be", which begins "beverage"
        Assert.Equal([4], Of([1, 2, 50], [2, 4]).Continuations([1, 2]).Keys); // a place where nothing may follow hides no other
    }

    [Fact]
    public void Continuations_WhatTheReplyHasRepeated_IsNotRepeatedAgain() =>
        Assert.Empty(Of([1, 2, 3]).Continuations([1, 2, 50, 1]));

    [Fact]
    public void Continuations_NothingSaidOrTheSourcesEnd_AreNone()
    {
        Assert.Empty(Of([1, 2]).Continuations([]));
        Assert.Empty(Of([1, 2]).Continuations([2]));
        Assert.Empty(Of([]).Continuations([1]));
        Assert.Empty(Of().Continuations([1]));
    }

    [Fact]
    public void Continuations_AfterALead_AreItsNameWhateverItBeginsWith()
    {
        // "my big axe in": the reply's lead, then two common words, then the name.
        var copy = With(new CopySource([7, 59, 50, 51, 3, 52]) { Leads = new HashSet<int> { 1 } });
        Assert.Equal([50], copy.Continuations([8, 59]).Keys);
        Assert.Empty(copy.Continuations([8, 59, 50])); // common words go on from the lead alone
        Assert.Equal([3], copy.Continuations([8, 59, 50, 51]).Keys);
        Assert.Empty(copy.Continuations([8, 59, 50, 51, 3]));
        Assert.Empty(Of([7, 59, 50, 3]).Continuations([8, 59])); // the same word where it leads to nothing
    }

    [Fact]
    public void Continuations_OfANameBehindALead_GetTwiceTheBias()
    {
        // "my racing car soon": "soon" is no part of the name.
        var copy = With(new CopySource([59, 1, 2, 3]) { Leads = new HashSet<int> { 0 }, Led = new HashSet<int> { 1, 2 } });
        Assert.Equal(new Dictionary<int, int> { [1] = 2 }, copy.Continuations([8, 59]));
        Assert.Equal(new Dictionary<int, int> { [2] = 2 }, copy.Continuations([8, 59, 1]));
        Assert.Equal(new Dictionary<int, int> { [3] = 1 }, copy.Continuations([8, 59, 1, 2]));
    }

    [Fact]
    public void Continuations_WordsOfNoName_AreNotCopied() =>
        Assert.Empty(With(new CopySource([1, 2, 3]) { Stops = new HashSet<int> { 1 } }).Continuations([1]));

    [Fact]
    public void Names_WhereALeadWasJustSaid_AreTheSourcesWords()
    {
        var copy = With(new CopySource([1, 2, 102, 50, 3]) { Names = [0, 1, 3, 4] });
        float[] other = [0, 0, 0, 0, 1];
        Assert.Equal([2, 3], copy.Names(other, [8, 59]).Order());
        Assert.Empty(copy.Names(other, [8, 59, 2]));
        Assert.Empty(copy.Names(other, [8, 59, 9, 59])); // the reply has said its name
        Assert.Empty(copy.Names(other, []));
    }

    [Fact]
    public void Names_WhereTheModelNamesAWordOfTheSources_AreNone() =>
        Assert.Empty(With(new CopySource([1, 2, 3]) { Names = [0, 1, 2] }).Names([0, 1, 0, 0], [59]));

    [Fact]
    public void Apply_ToNames_AddsHalfTheBias()
    {
        var copy = With(new CopySource([59, 1, 2]) { Leads = new HashSet<int> { 0 }, Names = [1, 2] });
        float[] logits = [1, 0, 0];
        Assert.Equal([1f, 3f, 1.5f], copy.Apply(logits, [59]).ToArray());
    }

    [Fact]
    public void Apply_WhereANameIsDue_LeavesWordsOfTheUsersAndTheOneForWhatHasNoName()
    {
        const float Never = float.NegativeInfinity;
        var copy = Naming([3], new CopySource([1, 2, 0]) { Names = [0, 1] });
        Assert.Equal([Never, 1f, 2f, 0f], copy.Apply([9, 1, 2, 0], [59]).ToArray()); // the model says 2 of what it may say
        Assert.Equal([Never, 1f, 3.5f, 4f], copy.Apply([9, 1, 2, 4], [59]).ToArray()); // it would say that there is no name
        Assert.Equal([9f, 1f, 2f, 0f], copy.Apply([9, 1, 2, 0], [8]).ToArray());
    }

    [Fact]
    public void Apply_AddsTheBiasToContinuationsAlone()
    {
        var copy = Of([1, 2]);
        float[] logits = [0, 1, 2];
        Assert.Equal([0f, 1f, 5f], copy.Apply(logits, [1]).ToArray());
        Assert.Equal(logits, copy.Apply(logits, [2]).ToArray());
        Assert.Equal([0f, 1f, 2f], logits);
    }

    /// <summary>With a bias that outweighs everything, a reply that has begun a text recites it to its end.</summary>
    [Fact]
    public void Apply_AnOverwhelmingBias_RecitesTheSource() =>
        Gen.Select(Gen.Int[2, 40], Gen.ULong).Sample(
            (length, seed) =>
            {
                var source = Enumerable.Range(1, length).ToArray();
                var copy = new CopyBias([new CopySource(source)], new NamePlace([], [], [], _ => true), _ => true, _ => false, 100);
                List<int> reply = [1];
                while (reply.Count < length)
                {
                    var logits = Enumerable.Range(0, length + 1).Select(i => (float)((seed >> (i % 60)) & 3)).ToArray();
                    reply.Add(TokenSampler.Sample(copy.Apply(logits, reply), 1, 0.9, seed, reply.Count));
                }

                Assert.Equal(source, reply);
            },
            iter: 100);
}
