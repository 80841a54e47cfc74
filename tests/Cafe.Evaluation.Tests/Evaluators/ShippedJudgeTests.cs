using Cafe.Evaluation.Evaluators;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Inference.Sessions;
using Cafe.Testing;

namespace Cafe.Evaluation.Tests.Evaluators;

/// <summary>The judge that ships in services/packs/judges.</summary>
public sealed class ShippedJudgeTests
{
    [Fact]
    public void Read_TheReadmesPicture_SeesABeachAndNothingWorn()
    {
        using var judge = Evaluator.Load(Path.Combine(Repo.Root, "services", "packs", "judges", "mini"), new SessionFactory(new SessionSettings { Threads = 1 }));
        var bytes = File.ReadAllBytes(Path.Combine(Repo.Root, "docs", "mini-pack", "beach.png"));
        var reading = judge.Read([PictureDecoder.Decode(bytes, ImageLimits.Default, Rgb.White)])[0];
        Assert.Equal("beach", reading.Labels["scene"]);
        Assert.Equal("none", reading.Labels["accessory"]);
        Assert.Equal("none", reading.Labels["look"]);
        Assert.Equal(192, reading.Embedding.Length);
    }
}
