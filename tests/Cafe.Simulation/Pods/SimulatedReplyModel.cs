using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Language;
using Cafe.Scheduling.Steps;

namespace Cafe.Simulation.Pods;

/// <summary>A language model that takes the time of a table and ends each reply at the length that its request says.</summary>
internal sealed class SimulatedReplyModel(PodClock clock, StepTimes steps, double prefillSecondsPerToken, int rows) : IReplyModel
{
    public const int EndToken = 2;
    private const int OtherToken = 3;
    private static readonly float[] Goes = [0, 0, 0, 1], Ends = [0, 0, 1, 0], Hidden = new float[1];
    private readonly int[] _left = new int[rows];
    private readonly bool[] _taken = new bool[rows];

    public int MaxRows => rows;

    public int PrefillChunk => 128;

    public int HiddenSize => 1;

    public bool TryAdmit(out int slot)
    {
        slot = Array.IndexOf(_taken, false);
        if (slot >= 0)
        {
            _taken[slot] = true;
        }

        return slot >= 0;
    }

    public void Release(int slot) => _taken[slot] = false;

    // The first number of a prompt is the reply's length.
    public float[] Embed(ReplyRequest request)
    {
        var prompt = new float[request.PromptTokens];
        prompt[0] = request.Sampling.Seed;
        return prompt;
    }

    public DecoderOutput Prefill(int slot, ReadOnlySpan<float> embeddings)
    {
        clock.Seconds += embeddings.Length * prefillSecondsPerToken;
        _left[slot] = embeddings[0] > 0 ? (int)embeddings[0] : _left[slot];
        return Output(slot);
    }

    public void Step(ReadOnlySpan<StepInput> inputs, Span<DecoderOutput> outputs)
    {
        clock.Seconds += steps[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            _left[inputs[i].Slot] -= inputs[i].TokenId == OtherToken ? 1 : 0;
            outputs[i] = Output(inputs[i].Slot);
        }
    }

    public void Rewind(int slot)
    {
    }

    public float[] Predict(ReadOnlySpan<float> hidden) => Hidden;

    private DecoderOutput Output(int slot) => new(_left[slot] > 0 ? Goes : Ends, Hidden);
}
