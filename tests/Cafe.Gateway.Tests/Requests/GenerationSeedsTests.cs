using Cafe.Gateway.Requests;
using Cafe.V1;

namespace Cafe.Gateway.Tests.Requests;

public sealed class GenerationSeedsTests
{
    [Fact]
    public void For_ThePicturesSeedAlone_GivesItToTheReplyToo() =>
        Assert.Equal(new GenerationSeeds(7, 7), GenerationSeeds.For(new GenerateRequest { Options = new() { Seed = 7 } }, new SeedSource()));

    [Fact]
    public void For_BothSeeds_KeepsThem() =>
        Assert.Equal(new GenerationSeeds(7, 3), GenerationSeeds.For(new GenerateRequest { Options = new() { Seed = 7 }, TextOptions = new() { Seed = 3 } }, new SeedSource()));

    [Fact]
    public void For_TheReplysSeedAlone_DrawsThePictures()
    {
        var request = new GenerateRequest { TextOptions = new() { Seed = 3 } };
        var drawn = Enumerable.Range(0, 4).Select(_ => GenerationSeeds.For(request, new SeedSource())).ToList();
        Assert.All(drawn, seeds => Assert.Equal(3UL, seeds.Text));
        Assert.Equal(4, drawn.Select(seeds => seeds.Picture).Distinct().Count());
    }
}
