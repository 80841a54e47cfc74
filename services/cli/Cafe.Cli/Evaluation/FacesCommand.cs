using System.CommandLine;
using Cafe.Evaluation.Plans;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval faces</c>: a plan of faces under prompts.</summary>
internal static class FacesCommand
{
    private const int PaperCount = 10, MostCount = 16;

    public static Command Create()
    {
        var faces = new Argument<string>("faces") { Description = "Folder of pictures, one person each." };
        var prompts = new Option<string>("--prompts") { Description = "Text file, one prompt a line, {} where the person stands.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder of the plan.", Required = true };
        var name = new Option<string>("--name") { Description = "What captions call the person.", DefaultValueFactory = _ => "person" };
        var count = new Option<int>("--count") { Description = $"Pictures for each face and prompt, 1 to {MostCount}.", DefaultValueFactory = _ => PaperCount };
        var command = new Command("faces", "Make a plan of faces under prompts.") { faces, prompts, output, name, count };
        command.Does((result, _) =>
        {
            var plan = FacePlan.Write(result.GetRequiredValue(faces), result.GetRequiredValue(prompts), result.GetRequiredValue(output), result.GetRequiredValue(name), result.GetValue(count));
            Console.WriteLine($"{plan.Description.Subjects.Count} faces, {plan.Items.Count} wishes, {plan.Items.Count * plan.Description.Count} pictures: {plan.Folder}");
            return Task.FromResult(0);
        });
        return command;
    }
}
