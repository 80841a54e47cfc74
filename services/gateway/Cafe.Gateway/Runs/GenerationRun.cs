using System.Text;
using Cafe.Gateway.Pipeline;
using Cafe.V1;

namespace Cafe.Gateway.Runs;

/// <summary>
/// What has happened in one generation so far, for any number of readers. Nothing here grows with the number of events: the
/// reply is one text, of positions, progress and previews only the newest is kept, pictures are at most the request's. So a
/// slow reader costs nothing beyond the result itself, and one that comes late misses nothing that matters.
/// </summary>
/// <param name="requestId">Names the request.</param>
/// <param name="bound">What made the events that readers have from another gateway, whose work this one takes over; null: they have none.</param>
public sealed class GenerationRun(string requestId, IEnumerable<StageProvenance>? bound = null)
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _reply = new();
    private readonly Dictionary<string, (long Version, GenerateResponse Event)> _newest = [];
    private readonly SortedDictionary<int, (long Version, GenerateResponse Event)> _pictures = [];
    private readonly Dictionary<Stage, Provenance> _makers = [];
    private readonly Dictionary<Stage, Provenance> _bound = (bound ?? []).ToDictionary(made => made.Stage, made => made.Provenance);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Version, GenerateResponse Event)? _accepted;
    private (long Version, GenerateResponse Event)? _summary;
    private long _textVersion;
    private long _version;
    private int _progress;
    private int _written;
    private Exception? _failure;

    /// <summary>Names the request.</summary>
    public string RequestId => requestId;

    /// <summary>Nothing more will happen.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_lock)
            {
                return _summary is not null || _failure is not null;
            }
        }
    }

    /// <summary>Why it failed; null while it runs, and where it succeeded.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_lock)
            {
                return _failure;
            }
        }
    }

    /// <summary>
    /// What made the text and the pictures that were told: only the same weights, run in the same way, can go on from there. A
    /// stage of which nothing was told is not among them.
    /// </summary>
    public IReadOnlyList<StageProvenance> Bound
    {
        get
        {
            lock (_lock)
            {
                return [.. _bound.Select(made => new StageProvenance { Stage = made.Key, Provenance = made.Value })];
            }
        }
    }

    /// <summary>Says what makes a stage's events from now on.</summary>
    /// <exception cref="PackChangedException">Something else made those that readers have.</exception>
    public void MadeBy(Stage stage, Provenance made)
    {
        lock (_lock)
        {
            if (_bound.TryGetValue(stage, out var before) && !PackChangedException.Same(before, made))
            {
                throw new PackChangedException(stage, before, made);
            }

            _makers[stage] = made;
        }
    }

    /// <summary>Something happened. What comes after the end is dropped; progress that goes backwards too.</summary>
    public void Add(GenerateResponse what)
    {
        lock (_lock)
        {
            if (_summary is not null || _failure is not null)
            {
                return;
            }

            Keep(what);
            Pulse();
        }
    }

    /// <summary>
    /// The same work is told again from its start, by another gateway or by this one in its place: what readers have is not
    /// told twice.
    /// </summary>
    public void BeginReplay()
    {
        lock (_lock)
        {
            _written = 0;
        }
    }

    /// <summary>It failed; readers see the failure after what came before it.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (_summary is null && _failure is null)
            {
                _failure = failure;
                _version++;
                Pulse();
            }
        }
    }

    /// <summary>
    /// Everything so far as events, the reply in one piece: what is stored for later readers, or shown to other gateways while
    /// the work goes on.
    /// </summary>
    public IReadOnlyList<GenerateResponse> Snapshot(bool pictures)
    {
        var events = new RunCursor().Take(this, out _);
        return pictures ? events : [.. events.Where(what => what.EventCase is not (GenerateResponse.EventOneofCase.Image or GenerateResponse.EventOneofCase.Preview))];
    }

    /// <summary>Completes when something has happened after <paramref name="version"/>.</summary>
    internal Task ChangedSince(long version)
    {
        lock (_lock)
        {
            return _version > version ? Task.CompletedTask : _changed.Task;
        }
    }

    /// <summary>What happened after a reader's place, in order; moves the place on.</summary>
    internal List<GenerateResponse> Since(ref long version, ref int textRead, out bool complete)
    {
        lock (_lock)
        {
            var place = version;
            var events = new List<(long Version, GenerateResponse Event)>();
            void Collect((long Version, GenerateResponse Event)? entry)
            {
                if (entry is { } known && known.Version > place)
                {
                    events.Add(known);
                }
            }

            Collect(_accepted);
            foreach (var entry in _newest.Values)
            {
                Collect(entry);
            }

            foreach (var entry in _pictures.Values)
            {
                Collect(entry);
            }

            if (_reply.Length > textRead)
            {
                events.Add((_textVersion, new GenerateResponse { Text = new GenerateText { Delta = _reply.ToString(textRead, _reply.Length - textRead) } }));
                textRead = _reply.Length;
            }

            Collect(_summary);
            events.Sort((left, right) => left.Version.CompareTo(right.Version));
            version = _version;
            complete = _summary is not null || _failure is not null;
            return events.ConvertAll(entry => entry.Event);
        }
    }

    private void Keep(GenerateResponse what)
    {
        _version++;
        switch (what.EventCase)
        {
            case GenerateResponse.EventOneofCase.Accepted:
                _accepted ??= (_version, what);
                break;
            case GenerateResponse.EventOneofCase.Text:
                KeepText(what.Text.Delta);
                break;
            case GenerateResponse.EventOneofCase.Progress:
                if (what.Progress.Step >= _progress)
                {
                    _progress = what.Progress.Step;
                    _newest["progress"] = (_version, what);
                    Bind(Stage.Diffuser);
                }

                break;
            case GenerateResponse.EventOneofCase.Queued:
                _newest[$"queued {what.Queued.Stage}"] = (_version, what);
                break;
            case GenerateResponse.EventOneofCase.Warming:
                _newest[$"warming {what.Warming.Stage}"] = (_version, what);
                break;
            case GenerateResponse.EventOneofCase.Preview:
                KeepPreview(what);
                break;
            case GenerateResponse.EventOneofCase.Image:
                _newest.Remove($"preview {what.Image.Index}");
                _pictures.TryAdd(what.Image.Index, (_version, what));
                Bind(Stage.Diffuser);
                break;
            case GenerateResponse.EventOneofCase.Summary:
                _summary = (_version, what);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what.EventCase, "Not an event of a generation.");
        }
    }

    private void KeepText(string delta)
    {
        _written += delta.Length;
        var fresh = Math.Min(_written - _reply.Length, delta.Length);
        if (fresh > 0)
        {
            _reply.Append(delta, delta.Length - fresh, fresh);
            _textVersion = _version;
            Bind(Stage.Assistant);
        }
    }

    private void KeepPreview(GenerateResponse what)
    {
        var key = $"preview {what.Preview.Index}";
        var older = _newest.TryGetValue(key, out var shown) && shown.Event.Preview.Step >= what.Preview.Step;
        if (!older && !_pictures.ContainsKey(what.Preview.Index))
        {
            _newest[key] = (_version, what);
            Bind(Stage.Diffuser);
        }
    }

    // A picture that moderation withheld before any work was made by nothing.
    private void Bind(Stage stage)
    {
        if (_makers.TryGetValue(stage, out var made))
        {
            _bound.TryAdd(stage, made);
        }
    }

    private void Pulse()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }
}
