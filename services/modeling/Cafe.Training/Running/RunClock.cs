namespace Cafe.Training.Running;

/// <summary>Times a session: since its start, since its last checkpoint, and its speed over the last minutes.</summary>
internal sealed class RunClock(TimeProvider time, long firstStep)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);

    private readonly long start = time.GetTimestamp();
    private readonly Queue<(long Timestamp, long Step)> marks = new([(time.GetTimestamp(), firstStep)]);
    private long checkpoint = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(start);

    public TimeSpan SinceCheckpoint => time.GetElapsedTime(checkpoint);

    public void Checkpointed() => checkpoint = time.GetTimestamp();

    public double StepsPerSecond(long step)
    {
        while (marks.Count > 1 && time.GetElapsedTime(marks.Peek().Timestamp) > Window)
        {
            marks.Dequeue();
        }

        var (timestamp, first) = marks.Peek();
        marks.Enqueue((time.GetTimestamp(), step));
        var seconds = time.GetElapsedTime(timestamp).TotalSeconds;
        return seconds > 0 ? (step - first) / seconds : 0;
    }
}
