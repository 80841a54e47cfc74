using Cafe.Inference.Language;
using CsCheck;

namespace Cafe.Inference.Tests.Language;

public sealed class CopyBiasTests
{
    // Ids below 100 begin a word; 50 to 59 and 150 to 159 are common.
    private static CopyBias Of(params int[][] sources) => new(sources, id => id < 100, id => id % 100 is >= 50 and < 60, 3);

    [Fact]
    public void Continuations_AWordOfTheSourceWasJustSaid_AreWhatFollowsIt() =>
        Assert.Equal([13], Of([10, 11, 12, 13]).Continuations([5, 12]));

    [Fact]
    public void Continuations_SeveralPlaces_AreThoseOfTheLongestRun() =>
        // "rolling on the floor laughing on a street": after "rolling on" the floor follows, not the street.
        Assert.Equal([3], Of([1, 2, 3, 4, 5, 2, 6, 7]).Continuations([9, 1, 2]));

    [Fact]
    public void Continuations_EquallyLongRuns_AreAllOfThem() =>
        Assert.Equal([3, 6], Of([1, 2, 3], [5, 2, 6]).Continuations([8, 2]).Order());

    [Fact]
    public void Continuations_InsideAWord_NeedTheWordsBeginning()
    {
        Assert.Equal([102], Of([1, 101, 102]).Continuations([7, 1, 101]));
        Assert.Empty(Of([1, 101, 102]).Continuations([7, 101])); // another word with the same middle
        Assert.Equal([102], Of([3, 1, 101, 102]).Continuations([5, 1, 101]));
    }

    [Fact]
    public void Continuations_AfterCommonPiecesAlone_AreNone()
    {
        Assert.Empty(Of([50, 51, 3]).Continuations([50, 51])); // "in a" is no beginning of a name
        Assert.Equal([3], Of([2, 50, 51, 3]).Continuations([2, 50, 51])); // "nose in a" is one
        Assert.Empty(Of([2, 50, 51, 3]).Continuations([7, 50, 51]));
    }

    [Fact]
    public void Continuations_CommonPieces_AreCopiedInsideAWordAlone()
    {
        Assert.Empty(Of([2, 50, 3]).Continuations([2])); // what follows a name is the model's own: "in", "wearing"
        Assert.Equal([150], Of([2, 150, 3]).Continuations([2]));
        Assert.Equal([4], Of([1, 2, 50], [2, 4]).Continuations([1, 2])); // a place where nothing may follow hides no other
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
                var copy = new CopyBias([source], _ => true, _ => false, 100);
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
