using Cafe.Diffuser.Scheduling;
using Cafe.Scheduling.Steps;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>What calls of the model take.</summary>
/// <param name="Table">Rows of a UNet call to seconds.</param>
/// <param name="DecodeSeconds">One picture through the decoder.</param>
internal sealed record CallTimes(IReadOnlyDictionary<int, double> Table, double DecodeSeconds)
{
    /// <summary>Rows that a picture under joint guidance takes.</summary>
    public const int RowsOfPicture = 2;

    /// <summary>The table, interpolated; observations change nothing.</summary>
    public StepTimes Steps { get; } = new(Table, smoothing: 0);

    /// <summary>As the step-level scheduler is given them.</summary>
    /// <param name="shape">Of all pictures.</param>
    /// <param name="known">They are exact: observations change nothing.</param>
    public ShapeTimes For(Shape shape, bool known) => new(shape, Table, DecodeSeconds, known);

    /// <summary>Pictures that a call takes, of those that are at hand, where all that counts is pictures' steps per second.</summary>
    public int PicturesOfCall(int pending, int maxRows)
    {
        var candidates = new StepCandidate[pending];
        Array.Fill(candidates, new StepCandidate(RowsOfPicture, 1));
        return StepSelection.Choose(candidates, Steps, maxRows);
    }

    /// <summary>Seconds of a request that has the device to itself.</summary>
    public double SecondsAlone(WorkRequest request, int maxRows)
    {
        var seconds = request.Count * DecodeSeconds;
        for (var left = request.Count; left > 0;)
        {
            var taken = PicturesOfCall(left, maxRows);
            seconds += request.Steps * Steps[taken * RowsOfPicture];
            left -= taken;
        }

        return seconds;
    }

    /// <summary>Seconds of a request whose pictures always take part in calls of the size that does the most.</summary>
    public double SecondsInFullCalls(WorkRequest request, int maxRows)
    {
        var pictures = PicturesOfCall(maxRows / RowsOfPicture, maxRows);
        return request.Count * (DecodeSeconds + (request.Steps * Steps[pictures * RowsOfPicture] / pictures));
    }
}
