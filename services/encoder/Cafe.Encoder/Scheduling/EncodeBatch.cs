using Cafe.Scheduling.Queue;

namespace Cafe.Encoder.Scheduling;

/// <summary>What goes into one call of the encoder.</summary>
internal static class EncodeBatch
{
    /// <summary>Takes the best request that waits, and the next best of its tower while they fit.</summary>
    /// <param name="queue">The stage's.</param>
    /// <param name="maxRows">Rows of a call at most; a request of more goes alone.</param>
    public static List<WorkItem<EncodeWork>> Take(AdmissionQueue<EncodeWork> queue, int maxRows)
    {
        var batch = new List<WorkItem<EncodeWork>>();
        var rows = 0;
        foreach (var (item, _) in queue.Candidates(includeRunning: false))
        {
            if (batch.Count > 0 && (item.Work.Tower != batch[0].Work.Tower || rows + item.Work.Rows > maxRows))
            {
                continue;
            }

            if (queue.Take(item))
            {
                batch.Add(item);
                rows += item.Work.Rows;
            }
        }

        return batch;
    }
}
