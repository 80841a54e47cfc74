using System.Text.Json;
using Cafe.Training.Conversations;
using Cafe.Training.Running;
using Cafe.Training.Stages;

namespace Cafe.Training.Data;

/// <summary>Makes the pictures and, by the grammar, the conversations that every other stage learns from.</summary>
public sealed class DataMakingStage : IStage
{
    public string Kind => "data";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var data = StageJson.Parse<DataMakingOptions>(config).Data;
        return [new PlannedPart("data", 0, 0, 0, 0, string.Join(", ", Sources(data)))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<DataMakingOptions>(config);
        var data = options.Data with
        {
            EmojiTest = Absolute(options.Data.EmojiTest, context),
            Noto = Absolute(options.Data.Noto, context),
            Fluent = Absolute(options.Data.Fluent, context),
            Twemoji = Absolute(options.Data.Twemoji, context),
            CutOuts = [.. options.Data.CutOuts.Select(context.Path)],
        };
        var start = context.Time.GetTimestamp();
        context.Report.Started("data", 0, data.Parts.Sum(part => (long)part.Count), 0);
        new DataStage(data, context.Path(options.Output)).RunAsync(new GrammarWriter(), Told, cancellation).GetAwaiter().GetResult();
        context.Report.Finished("data", data.Parts.Sum(part => (long)part.Count), context.Time.GetElapsedTime(start));

        void Told(string part, int done, int of)
        {
            var spent = context.Time.GetElapsedTime(start);
            var speed = done / Math.Max(1e-9, spent.TotalSeconds);
            var point = new LossPoint(done, 0, 0, 0, spent.TotalSeconds, new Dictionary<string, double>());
            context.Report.Progress($"data: {part}", point, of, speed, TimeSpan.FromSeconds((of - done) / Math.Max(1e-9, speed)));
        }
    }

    private static IEnumerable<string> Sources(DataOptions data) =>
        new[] { data.Noto, data.Fluent, data.Twemoji }.OfType<string>().Concat(data.CutOuts);

    private static string? Absolute(string? path, StageContext context) => path is null ? null : context.Path(path);
}
