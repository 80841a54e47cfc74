using Cafe.Assistant.Scheduling;
using Cafe.Inference.Language;
using Cafe.Scheduling.Steps;

namespace Cafe.Assistant.Model;

/// <summary>
/// Runs every kind of call before the first request does: the runtime allocates its buffers, and the scheduler learns what a token costs.
/// </summary>
internal static class WarmUp
{
    private const int PromptTokens = 32;

    /// <summary>Seconds of a prompt's token, and of a step by rows.</summary>
    public static (ReplyCosts Costs, double StepSeconds, double PrefillSeconds) Measure(IReplyModel model, TimeProvider time, CancellationToken cancellation)
    {
        var slots = new List<int>();
        try
        {
            var tokens = Math.Min(PromptTokens, model.PrefillChunk);
            var prompt = new float[tokens * model.HiddenSize];
            Array.Fill(prompt, 0.01f);
            var prefill = double.PositiveInfinity;
            var steps = new List<KeyValuePair<int, double>>();
            for (var rows = 1; rows <= model.MaxRows && model.TryAdmit(out var slot); rows++)
            {
                slots.Add(slot);
                cancellation.ThrowIfCancellationRequested();
                prefill = Math.Min(prefill, Time(time, () => model.Prefill(slot, prompt)) / tokens);
                if ((rows & (rows - 1)) == 0 || rows == model.MaxRows)
                {
                    // The first call of a size allocates; the second is what later ones take.
                    Step(model, slots);
                    steps.Add(new(rows, Time(time, () => Step(model, slots))));
                }
            }

            return (new ReplyCosts(new StepTimes(steps), prefill), steps[0].Value, prefill);
        }
        finally
        {
            slots.ForEach(model.Release);
        }
    }

    private static void Step(IReplyModel model, List<int> slots)
    {
        var inputs = slots.ConvertAll(slot => new StepInput(slot, StepInput.ImageToken)).ToArray();
        model.Step(inputs, new DecoderOutput[inputs.Length]);
    }

    private static double Time(TimeProvider time, Action action)
    {
        var started = time.GetTimestamp();
        action();
        return Math.Max(1e-6, time.GetElapsedTime(started).TotalSeconds);
    }
}
