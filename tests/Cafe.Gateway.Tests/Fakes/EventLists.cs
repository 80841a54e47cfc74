using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>Looks into the events of a call.</summary>
public static class EventLists
{
    public static string Text(this IEnumerable<GenerateResponse> events) =>
        string.Concat(events.Where(what => what.EventCase == GenerateResponse.EventOneofCase.Text).Select(what => what.Text.Delta));

    public static List<GeneratedImage> Images(this IEnumerable<GenerateResponse> events) =>
        [.. events.Where(what => what.EventCase == GenerateResponse.EventOneofCase.Image).Select(what => what.Image)];

    public static List<int> Steps(this IEnumerable<GenerateResponse> events) =>
        [.. events.Where(what => what.EventCase == GenerateResponse.EventOneofCase.Progress).Select(what => what.Progress.Step)];

    public static GenerateSummary Summary(this IEnumerable<GenerateResponse> events) => events.Last().Summary;

    public static bool Has(this IEnumerable<GenerateResponse> events, GenerateResponse.EventOneofCase kind) => events.Any(what => what.EventCase == kind);

    /// <summary>No test waits for ever; slow machines get a minute.</summary>
    public static CallOptions WithTestDeadline(this CallOptions options) =>
        options.Deadline is null ? options.WithDeadline(DateTime.UtcNow.AddSeconds(60)) : options;
}
