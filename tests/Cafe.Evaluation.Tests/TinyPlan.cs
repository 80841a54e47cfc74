using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;

namespace Cafe.Evaluation.Tests;

/// <summary>Two subjects of one design and one of another, a wish about each, and pictures that are these very subjects.</summary>
internal static class TinyPlan
{
    public static readonly string[] Scenes = ["beach", "snow"], Accessories = ["crown", "hat"], Looks = ["sepia", "sketch"];

    public static EvaluationPlan Write(string folder, int items = 3, int count = 1)
    {
        Directory.CreateDirectory(folder);
        string[] names = ["dog", "cat", "bus"];
        for (var i = 0; i < names.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{names[i]}.png"), PngEncoder.Encode(Noise(i)));
            File.WriteAllBytes(Path.Combine(folder, $"{names[i]}-again.png"), PngEncoder.Encode(Noise(i + 10)));
        }

        return EvaluationPlan.Write(
            folder,
            new PlanDescription
            {
                Format = PlanDescription.CurrentFormat,
                Name = "tiny",
                Count = count,
                Subjects = [.. names.Select((name, i) => new PlanSubject(name, name, $"{name}.png", i < 2 ? "noto" : "fluent", [$"{name}.png", $"{name}-again.png"]))],
                Scenes = [new PlanScene("beach", ["beach", "seaside"]), new PlanScene("snow", ["snow", "winter"])],
            },
            [.. Enumerable.Range(0, items).Select(i => new PlanItem
            {
                Id = $"item-{i}",
                Subject = names[i % 3],
                Turns = [new ChatTurn(ChatTurn.User, $"Show my {names[i % 3]} {(i % 2 == 0 ? "on the beach" : "in the snow")}.")],
                Caption = $"{names[i % 3]} {(i % 2 == 0 ? "on the beach" : "in the snow")}",
                Seed = (ulong)i,
                Scene = Scenes[i % 2],
                Accessory = i == 1 ? "crown" : null,
                Target = $"{names[i % 3]}.png",
            })]);
    }

    public static Picture Noise(int seed, int side = 32)
    {
        var pixels = new byte[3 * side * side];
        new Random(seed).NextBytes(pixels);
        return new Picture(side, side, pixels);
    }
}
