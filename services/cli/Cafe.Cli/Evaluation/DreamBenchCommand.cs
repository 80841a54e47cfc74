using System.CommandLine;
using Cafe.Evaluation.Plans;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval dreambench</c>: a plan of DreamBooth's dataset.</summary>
internal static class DreamBenchCommand
{
    public static Command Create()
    {
        var dataset = new Argument<string>("dataset") { Description = "Folder with prompts_and_classes.txt and a folder of pictures for each subject." };
        var output = new Option<string>("--out") { Description = "Folder of the plan.", Required = true };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the first picture." };
        var command = new Command("dreambench", "Make a plan of DreamBench: 25 prompts a subject, 4 pictures each.") { dataset, output, seed };
        command.Does((result, _) =>
        {
            var plan = DreamBench.Write(result.GetRequiredValue(dataset), result.GetRequiredValue(output), result.GetValue(seed));
            Console.WriteLine($"{plan.Description.Subjects.Count} subjects, {plan.Items.Count} prompts, {plan.Items.Count * plan.Description.Count} pictures: {plan.Folder}");
            return Task.FromResult(0);
        });
        return command;
    }
}
