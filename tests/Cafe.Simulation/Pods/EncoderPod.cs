using Cafe.Encoder.Scheduling;
using Cafe.Inference.Encoding;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;
using Cafe.Simulation.Devices;
using Cafe.Simulation.Load;

namespace Cafe.Simulation.Pods;

/// <summary>An encoder: the real queue and batch policy of its scheduler. A picture takes a call of one tower.</summary>
internal sealed class EncoderPod : ISimulatedPod
{
    private const int MaxBatch = 8;
    private readonly PodClock _clock = new();
    private readonly StepTimes _times;
    private readonly AdmissionQueue<EncodeWork> _queue;
    private readonly Dictionary<EncodeWork, SimulatedRequest> _requests = [];
    private readonly IPodObserver _observer;

    public EncoderPod(DeviceTimes device, int queueCapacity, IPodObserver observer)
    {
        _observer = observer;
        _times = new StepTimes(DeviceTimes.Seconds(device.Encoder), smoothing: 0);
        _queue = new AdmissionQueue<EncodeWork>(new QueueOptions { Capacity = queueCapacity }, _clock);
    }

    public double BusyUntil => _clock.Seconds;

    public int QueueDepth => _queue.Waiting;

    public int Running => _queue.Running;

    public double PredictedWait => _queue.PredictedWaitSeconds;

    public bool TrySubmit(SimulatedRequest request, double now)
    {
        var ahead = _clock.Seconds;
        _clock.Seconds = now;
        try
        {
            var work = new EncodeWork(EncoderTower.Subject, [null!], []);
            _queue.Enqueue(work, request.Tenant, request.Class, _times[1], null, _ => Displaced(work));
            _requests[work] = request;
            return true;
        }
        catch (RejectedException)
        {
            return false;
        }
        finally
        {
            _clock.Seconds = Math.Max(ahead, now);
        }
    }

    public bool Work(double now)
    {
        _clock.Seconds = now;
        var batch = EncodeBatch.Take(_queue, MaxBatch);
        if (batch.Count == 0)
        {
            return false;
        }

        batch.ForEach(item => _observer.Started(_requests[item.Work], now));
        var seconds = _times[batch.Count];
        _clock.Seconds += seconds;
        _queue.ObserveSpeed(batch.Sum(item => item.CostSeconds), seconds);
        foreach (var item in batch)
        {
            _queue.Complete(item);
            _requests.Remove(item.Work, out var request);
            _observer.Finished(request!, _clock.Seconds);
        }

        return true;
    }

    public void Dispose()
    {
    }

    private void Displaced(EncodeWork work)
    {
        _requests.Remove(work, out var request);
        _observer.Displaced(request!);
    }
}
