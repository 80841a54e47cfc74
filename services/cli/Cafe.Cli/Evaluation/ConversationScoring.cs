using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Cli.Terminal;
using Cafe.Evaluation.Conversations;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Scoring;

namespace Cafe.Cli.Evaluation;

/// <summary>Judges exchanges: the pictures as any picture, the replies by their words and by the pictures.</summary>
internal sealed class ConversationScoring(EvaluationPlan plan, Judges judges, Consoles consoles)
{
    private const string Spread = "vague.json";

    /// <summary>Writes scores.jsonl, vague.json, report.json and report.md, and prints the table.</summary>
    public void Run(string output, IReadOnlyList<Message> messages, IReadOnlyList<Exchange> exchanges, CancellationToken cancellation)
    {
        if (plan.Description.Scenes.Count == 0)
        {
            throw new CliException($"The plan {plan.Folder} names no scenes, so no reply can be judged.");
        }

        var (judge, byId) = (new ReplyJudge(plan.Description.Scenes), messages.ToDictionary(message => message.Id));
        var subjects = plan.Description.Subjects.ToDictionary(subject => subject.Key);
        var answers = exchanges.SelectMany(exchange => exchange.Answers.Select((answer, i) => (Exchange: exchange, Turn: byId[exchange.Message].Turns[i], Number: i, Answer: answer))).ToList();
        var pictures = judges.Names.Count == 0 ? null : ScorePictures(output, [.. answers.Select(one => (one.Exchange, one.Turn, one.Number, one.Answer))], cancellation);
        var scores = answers.Select((one, i) =>
        {
            var seen = pictures?[i] ?? new PictureScore($"{one.Exchange.Id}-{one.Number}", 0, one.Exchange.Subject, new Dictionary<string, double>(), new Dictionary<string, string>());
            var words = judge.Judge(one.Turn, one.Number, one.Answer, subjects[one.Exchange.Subject].Name, seen);
            return seen with { Metrics = seen.Metrics.Concat(words).ToDictionary(pair => pair.Key, pair => pair.Value) };
        }).ToList();
        ScoreFile.Write(output, scores);
        var vague = answers.Where(one => one.Turn.Scene is null).Select(one => judge.SceneOf(one.Answer.Reply, one.Turn.NamesSubject ? subjects[one.Exchange.Subject].Name : null)).OfType<string>().CountBy(scene => scene).OrderByDescending(pair => pair.Value).ToList();
        File.WriteAllText(Path.Combine(output, Spread), new JsonObject(vague.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        var report = new ReportFile([new ReportBuilder(new Bootstrap()).Build(
            new TableRequest { Id = "conversation", Title = "Conversation", Rows = [new RowRequest("answers", output)] }, _ => scores)]);
        ReportOutput.Show(report, consoles);
        ReportOutput.Write(output, report);
        consoles.Output.WriteLine($"Vague wishes: {vague.Sum(pair => pair.Value)} answered with {vague.Count} scenes: {string.Join(", ", vague.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    private IReadOnlyList<PictureScore> ScorePictures(string output, IReadOnlyList<(Exchange Exchange, MessageTurn Turn, int Number, Answer Answer)> answers, CancellationToken cancellation)
    {
        var scorer = new Scorer(plan, judges, cancellation);
        var pictures = answers.Select(one => new ScoredPicture(
            new PlanItem
            {
                Id = $"{one.Exchange.Id}-{one.Number}",
                Subject = one.Exchange.Subject,
                Turns = [new ChatTurn(ChatTurn.User, one.Answer.Text)],
                Caption = one.Answer.Text,
                Scene = one.Turn.Scene,
                Accessory = one.Turn.Accessory,
                Look = one.Turn.Look,
            },
            0,
            Path.Combine(output, one.Answer.Picture)));
        return [.. pictures.Chunk(32).SelectMany(batch => scorer.Score(batch, cancellation))];
    }
}
