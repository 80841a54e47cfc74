using Cafe.Encoder.Scheduling;
using Cafe.Inference.Encoding;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;
using Cafe.Simulation.Devices;
using Cafe.Simulation.Load;

namespace Cafe.Simulation.Pods;

/// <summary>An encoder: the real queue and batch policy of its scheduler. A picture takes a call of one tower.</summary>
internal sealed class EncoderPod : SimulatedPod
{
    private const int MaxBatch = 8;
    private readonly StepTimes _times;
    private readonly AdmissionQueue<EncodeWork> _queue;
    private readonly Dictionary<EncodeWork, SimulatedRequest> _requests = [];
    private readonly IPodObserver _observer;

    public EncoderPod(DeviceTimes device, int queueCapacity, IPodObserver observer)
    {
        _observer = observer;
        _times = new StepTimes(DeviceTimes.Seconds(device.Encoder), smoothing: 0);
        _queue = new AdmissionQueue<EncodeWork>(new QueueOptions { Capacity = queueCapacity }, Clock);
    }

    public override int QueueDepth => _queue.Waiting;

    public override int Running => _queue.Running;

    public override double PredictedWait => _queue.PredictedWaitSeconds;

    protected override void Submit(SimulatedRequest request)
    {
        var work = new EncodeWork(EncoderTower.Subject, [null!], [], requestId: "");
        _queue.Enqueue(work, request.Tenant, request.Class, _times[1], null, _ => Displaced(work));
        _requests[work] = request;
    }

    protected override bool Call()
    {
        var batch = EncodeBatch.Take(_queue, MaxBatch);
        if (batch.Count == 0)
        {
            return false;
        }

        batch.ForEach(item => _observer.Started(_requests[item.Work], Clock.Seconds));
        var seconds = _times[batch.Count];
        Clock.Seconds += seconds;
        _queue.ObserveSpeed(batch.Sum(item => item.CostSeconds), seconds);
        foreach (var item in batch)
        {
            _queue.Complete(item);
            _requests.Remove(item.Work, out var request);
            _observer.Finished(request!, Clock.Seconds);
        }

        return true;
    }

    private void Displaced(EncodeWork work)
    {
        _requests.Remove(work, out var request);
        _observer.Displaced(request!);
    }
}
