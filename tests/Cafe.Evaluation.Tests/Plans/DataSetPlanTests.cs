using Cafe.Evaluation.Plans;
using Cafe.Imaging.Encoding;

namespace Cafe.Evaluation.Tests.Plans;

public sealed class DataSetPlanTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void DreamBench_TheFileAsPublished_PromptsOfTheSubjectsKind()
    {
        Pictures("dog6", 3);
        Pictures("teapot", 2);
        File.WriteAllText(Path.Combine(folder, "prompts_and_classes.txt"), """
            Classes

            subject_name,class
            dog6,dog
            teapot,teapot

            Prompts

            Object Prompts

            prompt_list = [
            'a {0} {1} on top of a mirror'.format(unique_token, class_token),
            'a red {0} {1}'.format(unique_token, class_token)
            ]

            Live Subject Prompts

            prompt_list = [
            'a {0} {1} wearing a santa hat'.format(unique_token, class_token),
            'a cube shaped {0} {1}'.format(unique_token, class_token)
            ]
            """);
        var plan = DreamBench.Write(folder, Path.Combine(folder, "plan"));
        Assert.Equal(4, plan.Description.Count);
        Assert.Equal(["dog6-00", "dog6-01", "teapot-00", "teapot-01"], plan.Items.Select(item => item.Id));
        Assert.Equal(["a dog wearing a santa hat", "a cube shaped dog", "a teapot on top of a mirror", "a red teapot"], plan.Items.Select(item => item.Caption));
        Assert.Equal("Generate an image for this dog wearing a santa hat.", plan.Items[0].Turns[0].Text);
        Assert.Equal("Generate an image for this red teapot.", plan.Items[3].Turns[0].Text);
        Assert.Equal([0UL, 4, 8, 12], plan.Items.Select(item => item.Seed));
        var dog = plan.SubjectOf(plan.Items[0]);
        Assert.Equal((3, "subjects/dog6/0.png"), (dog.Real!.Count, dog.Picture));
        Assert.True(File.Exists(plan.PathOf(dog.Picture)));
        Assert.Equal(plan.Items.Count, EvaluationPlan.Open(plan.Folder).Items.Count);

        Directory.Delete(Path.Combine(folder, "teapot"), recursive: true);
        Assert.Contains("teapot", Assert.Throws<PlanException>(() => DreamBench.Write(folder, Path.Combine(folder, "again"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FacePlan_EveryFaceUnderEveryPrompt()
    {
        Pictures("faces", 2);
        var prompts = Path.Combine(folder, "prompts.txt");
        File.WriteAllText(prompts, "a photo of {} in the snow\n\n{} as a chef\n");
        var plan = FacePlan.Write(Path.Combine(folder, "faces"), prompts, Path.Combine(folder, "plan"), count: 3);
        Assert.Equal(4, plan.Items.Count);
        Assert.Equal("a photo of a person in the snow", plan.Items[0].Caption);
        Assert.Equal("Generate an image: this person as a chef.", plan.Items[1].Turns[0].Text);
        Assert.Equal([0UL, 3, 6, 9], plan.Items.Select(item => item.Seed));
        File.WriteAllText(prompts, "a photo");
        Assert.Contains("{}", Assert.Throws<PlanException>(() => FacePlan.Write(Path.Combine(folder, "faces"), prompts, folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReferencePicker_SameSceneOfAnotherSubject_TheNextOne()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"), items: 6);

        // Beach: items 0 (dog), 2 (bus), 4 (cat); snow: 1 (cat, crown), 3 (dog), 5 (bus).
        Assert.Equal("item-2", ReferencePicker.Pick(plan, plan.Items[0])!.Id);
        Assert.Equal("item-0", ReferencePicker.Pick(plan, plan.Items[4])!.Id);
        Assert.Equal("item-3", ReferencePicker.Pick(plan, plan.Items[1])!.Id);
        Assert.Equal("item-5", ReferencePicker.Pick(plan, plan.Items[3])!.Id);
    }

    private void Pictures(string name, int count)
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        for (var i = 0; i < count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, name, $"{i}.png"), PngEncoder.Encode(TinyPlan.Noise(i)));
        }
    }
}
