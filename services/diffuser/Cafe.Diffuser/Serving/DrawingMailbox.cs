using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Cafe.Diffuser.Scheduling;
using Cafe.ServiceDefaults.Errors;

namespace Cafe.Diffuser.Serving;

/// <summary>
/// Between the scheduler, which never waits, and a reader that may be slow: of progress, and of each picture's previews, the newest
/// is kept; finished pictures are kept until read, or until all that wait take too much memory.
/// </summary>
internal sealed class DrawingMailbox(UnreadPictures unread) : IDrawingEvents, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, DrawingEvent.Previewed> _previews = [];
    private readonly Queue<DrawingEvent.Drawn> _drawn = new();
    private DrawingEvent.Progressed? _progress;
    private DrawingEvent.Completed? _completed;
    private Exception? _failure;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The work began.</summary>
    public bool Begun { get; private set; }

    /// <inheritdoc/>
    public void Started(TimeSpan waited) => Post(() => Begun = true);

    /// <inheritdoc/>
    public void Progressed(DrawingProgress progress) => Post(() => _progress = new DrawingEvent.Progressed(progress));

    /// <inheritdoc/>
    public void Previewed(int index, int step, float[] latents) => Post(() => _previews[index] = new DrawingEvent.Previewed(index, step, latents));

    /// <inheritdoc/>
    public void Drawn(int index, float[] pixels)
    {
        var evicted = unread.Add(this, pixels.LongLength * sizeof(float));
        Post(() =>
        {
            _previews.Remove(index);
            _drawn.Enqueue(new DrawingEvent.Drawn(index, pixels));
        });
        foreach (var slow in evicted)
        {
            slow.Evict();
        }
    }

    /// <inheritdoc/>
    public void Completed(DrawingTimings timings) => Post(() => _completed = _failure is null ? new DrawingEvent.Completed(timings) : null);

    /// <inheritdoc/>
    public void Failed(Exception error) => Post(() => _failure ??= error);

    /// <summary>Takes the next event: progress, previews, pictures, the end.</summary>
    /// <exception cref="Exception">The request failed, and every finished picture was read: the scheduler's exception.</exception>
    public bool TryRead([NotNullWhen(true)] out DrawingEvent? next)
    {
        lock (_gate)
        {
            next = Take();
            if (next is null && _failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return next is not null;
        }
    }

    /// <summary>The call is over; nothing is read any more.</summary>
    public void Dispose() => unread.Leave(this);

    /// <summary>Completes when there may be something to read, or work began.</summary>
    public Task News()
    {
        lock (_gate)
        {
            if (_news.Task.IsCompleted)
            {
                _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            // What came before this call is there to read.
            return _progress is not null || _previews.Count > 0 || _drawn.Count > 0 || _completed is not null || _failure is not null
                ? Task.CompletedTask
                : _news.Task;
        }
    }

    private DrawingEvent? Take()
    {
        if (_progress is { } progress)
        {
            _progress = null;
            return progress;
        }

        if (_previews.Count > 0)
        {
            var (index, preview) = _previews.First();
            _previews.Remove(index);
            return preview;
        }

        if (_drawn.TryDequeue(out var drawn))
        {
            unread.Read(this);
            return drawn;
        }

        return _completed;
    }

    private void Evict() => Post(() =>
    {
        _drawn.Clear();
        _completed = null;
        _failure = new OverloadedException("The call's pictures waited too long to be read and were dropped.", TimeSpan.FromSeconds(1));
    });

    private void Post(Action change)
    {
        lock (_gate)
        {
            change();
            _news.TrySetResult();
        }
    }
}
