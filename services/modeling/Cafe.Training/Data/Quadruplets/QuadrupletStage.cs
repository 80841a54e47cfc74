using System.Text.Json;
using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Subjects;
using Cafe.Training.Conversations;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Data.Quadruplets;

/// <summary>Reads (x, t, r, y) from a folder into a store and a file of conversations.</summary>
public sealed class QuadrupletStage : IStage
{
    private const int Unknown = -1;

    public string Kind => "quadruplets";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("quadruplets", 0, 0, 0, 0, StageJson.Parse<QuadrupletStageOptions>(config).Source)];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<QuadrupletStageOptions>(config);
        var centring = new SubjectCentringOptions { Enabled = options.CentreSubject, Side = options.ReferenceSide, Fill = options.ReferenceFill };
        var output = context.Path(options.Output);
        var written = QuadrupletStore.Write(context.Path(options.Source), output, options.TargetSide, centring, ImageLimits.Default, options.Worker, options.Workers, cancellation);
        if (written.Count == 0)
        {
            throw new SampleException($"{context.Path(options.Source)} has no sample for worker {options.Worker} of {options.Workers}.");
        }

        ConversationFile.Write(Path.Combine(output, "conversations.jsonl"), written.Index().Where(sample => !string.IsNullOrWhiteSpace(sample.Item.Reply)).Select(Line));
    }

    private static ConversationLine Line((int Index, Quadruplet Item) sample)
    {
        var (row, quadruplet) = sample;
        var kind = quadruplet.Turns.Count > 1 ? ConversationKind.FollowUp : ConversationKind.Instruction;
        return new ConversationLine(row, Unknown, Unknown, quadruplet.Caption, new Conversation(kind, quadruplet.Turns, quadruplet.Reply, NamesSubject: false, $"a picture of {quadruplet.Caption}"));
    }
}
