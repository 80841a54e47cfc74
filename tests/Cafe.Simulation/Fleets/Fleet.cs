using Cafe.Simulation.Devices;
using Cafe.Simulation.Load;
using Cafe.Simulation.Pods;

namespace Cafe.Simulation.Fleets;

/// <summary>
/// A stage's pool over virtual time: requests go round robin, a refused one to two more pods, as the gateway does; pods are added and drained by the autoscaler.
/// </summary>
public sealed class Fleet : IPodObserver
{
    private const int Attempts = 3;
    private readonly Stage _stage;
    private readonly DeviceTimes _device;
    private readonly ScalingSettings _settings;
    private readonly Autoscaler _autoscaler;
    private readonly List<Member> _members = [];
    private readonly PriorityQueue<Member, double> _calls = new();
    private readonly List<double> _waits = [];
    private readonly List<(double At, int Pods)> _history = [];
    private int _next, _arrived, _rejected, _finished;
    private double _podSeconds;

    private Fleet(Stage stage, DeviceTimes device, ScalingSettings settings)
    {
        (_stage, _device, _settings) = (stage, device, settings);
        _autoscaler = new Autoscaler(settings);
    }

    /// <summary>Runs the requests to their ends.</summary>
    public static FleetResult Run(Stage stage, DeviceTimes device, ScalingSettings settings, IEnumerable<SimulatedRequest> requests)
    {
        var fleet = new Fleet(stage, device, settings);
        try
        {
            return fleet.Run(requests);
        }
        finally
        {
            fleet._members.ForEach(member => member.Pod.Dispose());
        }
    }

    void IPodObserver.Started(SimulatedRequest request, double at) => _waits.Add(Math.Max(0, at - request.Arrival));

    void IPodObserver.Finished(SimulatedRequest request, double at) => _finished++;

    void IPodObserver.Displaced(SimulatedRequest request) => _rejected++;

    private FleetResult Run(IEnumerable<SimulatedRequest> requests)
    {
        for (var i = 0; i < _settings.MinReplicas; i++)
        {
            Add(0, ready: 0);
        }

        var end = 0.0;
        var poll = 0.0;
        foreach (var request in requests.Where(request => _stage != Stage.Encoder || !request.Cached))
        {
            for (; poll <= request.Arrival; poll += _settings.PollingSeconds)
            {
                WorkUntil(poll);
                Scale(poll);
            }

            WorkUntil(request.Arrival);
            _arrived++;
            Submit(request);
            end = request.Arrival;
        }

        for (; _finished + _rejected < _arrived; poll += _settings.PollingSeconds)
        {
            WorkUntil(poll);
            Scale(poll);
            end = Math.Max(end, poll);
        }

        _members.ForEach(member => _podSeconds += Math.Max(0, end - member.Created));
        _waits.Sort();
        return new FleetResult(_arrived, _rejected, _finished, _waits, _podSeconds / 3600, _history.Count == 0 ? _members.Count : _history.Max(look => look.Pods), _history);
    }

    private void Add(double now, double ready)
    {
        SimulatedPod pod = _stage switch
        {
            Stage.Encoder => new EncoderPod(_device, _settings.QueueCapacity, this),
            Stage.Assistant => new AssistantPod(_device, _settings.QueueCapacity, this),
            Stage.Diffuser => new DiffuserPod(_device, _settings.QueueCapacity, this),
            _ => throw new InvalidOperationException($"No pods for {_stage}."),
        };
        _members.Add(new Member(pod, now, ready));
    }

    private void Submit(SimulatedRequest request)
    {
        var serving = _members.FindAll(member => !member.Draining && member.Ready <= request.Arrival);
        for (var i = 0; i < Math.Min(Attempts, serving.Count); i++)
        {
            var member = serving[_next++ % serving.Count];
            if (member.Pod.TrySubmit(request, request.Arrival))
            {
                Call(member, Math.Max(request.Arrival, member.Pod.BusyUntil));
                return;
            }
        }

        _rejected++;
    }

    // One call at a time: the next begins when the last one ends.
    private void Call(Member member, double at)
    {
        if (!member.Scheduled)
        {
            member.Scheduled = true;
            _calls.Enqueue(member, at);
        }
    }

    private void WorkUntil(double now)
    {
        while (_calls.TryPeek(out var member, out var at) && at <= now)
        {
            _calls.Dequeue();
            member.Scheduled = false;
            if (member.Pod.Work(at))
            {
                Call(member, member.Pod.BusyUntil);
            }
            else if (member.Draining)
            {
                Remove(member, at);
            }
        }
    }

    private void Scale(double now)
    {
        var pods = _members.FindAll(member => !member.Draining);
        var ready = pods.FindAll(member => member.Ready <= now);
        _history.Add((now, pods.Count));
        var wait = ready.Count == 0 ? 0 : ready.Average(member => member.Pod.PredictedWait);
        var wanted = _autoscaler.Decide(now, pods.Count, pods.Sum(member => member.Pod.QueueDepth), wait);
        for (var i = pods.Count; i < wanted; i++)
        {
            Add(now, now + _device.StartSeconds(_stage));
        }

        // The youngest go first, as a ReplicaSet chooses among pods that are alike.
        foreach (var member in pods.OrderByDescending(member => member.Created).Take(pods.Count - wanted))
        {
            member.Draining = true;
            if (member.Pod.QueueDepth + member.Pod.Running == 0)
            {
                Remove(member, now);
            }
        }
    }

    private void Remove(Member member, double now)
    {
        if (_members.Remove(member))
        {
            _podSeconds += now - member.Created;
            member.Pod.Dispose();
        }
    }

    private sealed class Member(SimulatedPod pod, double created, double ready)
    {
        public SimulatedPod Pod => pod;

        public double Created => created;

        public double Ready => ready;

        public bool Draining { get; set; }

        public bool Scheduled { get; set; }
    }
}
