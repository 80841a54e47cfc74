namespace Cafe.Diffuser.Serving;

/// <summary>
/// Bounds the memory of finished pictures that nobody reads. Over the bound the call whose picture has waited longest loses its
/// pictures: readers that keep up hold theirs for milliseconds only. Thread-safe.
/// </summary>
internal sealed class UnreadPictures(long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(DrawingMailbox Owner, long Bytes)> _waiting = [];
    private long _bytes;

    /// <summary>Bytes that wait.</summary>
    public long Bytes
    {
        get { lock (_gate) { return _bytes; } }
    }

    /// <summary>A picture waits to be read.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="bytes">Its size.</param>
    /// <returns>Calls that have to give up theirs; the owner may be one of them.</returns>
    public IReadOnlyList<DrawingMailbox> Add(DrawingMailbox owner, long bytes)
    {
        var evicted = new List<DrawingMailbox>();
        lock (_gate)
        {
            _waiting.AddLast((owner, bytes));
            _bytes += bytes;
            while (_bytes > maxBytes)
            {
                var slowest = _waiting.First!.Value.Owner;
                evicted.Add(slowest);
                Forget(slowest);
            }
        }

        return evicted;
    }

    /// <summary>A picture of the call was read.</summary>
    public void Read(DrawingMailbox owner)
    {
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.Owner == owner)
                {
                    Drop(node);
                    return;
                }
            }
        }
    }

    /// <summary>The call ended.</summary>
    public void Leave(DrawingMailbox owner)
    {
        lock (_gate)
        {
            Forget(owner);
        }
    }

    private void Forget(DrawingMailbox owner)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Owner == owner)
            {
                Drop(node);
            }

            node = next;
        }
    }

    private void Drop(LinkedListNode<(DrawingMailbox Owner, long Bytes)> node)
    {
        _bytes -= node.Value.Bytes;
        _waiting.Remove(node);
    }
}
