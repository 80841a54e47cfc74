using System.Security.Cryptography;

namespace Cafe.ServiceDefaults.Files;

/// <summary>
/// Something read from files, read again when they change, so that a rotated Secret needs no restart. They are compared by
/// content: Kubernetes swaps a link above the files, which leaves their own links and times as they were. Looked at when it is
/// used, at most every ten seconds; what can't be read leaves the old value in place. Thread-safe.
/// </summary>
public sealed class Reloaded<T>
    where T : class
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Func<IEnumerable<string>> _files;
    private readonly Func<T> _load;
    private readonly Action<Exception> _failed;
    private readonly TimeProvider _time;
    private volatile T _value;
    private byte[] _digest;
    private string? _reported;
    private long _checked;

    /// <summary>Reads it for the first time; what <paramref name="load"/> throws then goes to the caller.</summary>
    /// <param name="files">Paths of the files it is read from, in a fixed order.</param>
    /// <param name="load">Reads it.</param>
    /// <param name="failed">Told when it changed and can't be read; once for each change and reason.</param>
    /// <param name="time">The clock.</param>
    public Reloaded(Func<IEnumerable<string>> files, Func<T> load, Action<Exception> failed, TimeProvider time)
    {
        (_files, _load, _failed, _time) = (files, load, failed, time);
        _checked = time.GetTimestamp();
        _digest = Digest();
        _value = load();
    }

    /// <summary>As the files have it, at most ten seconds old.</summary>
    public T Current
    {
        get
        {
            // Whoever finds somebody looking already takes the old value; nobody waits for files.
            if (_time.GetElapsedTime(Interlocked.Read(ref _checked)) >= CheckEvery && _lock.TryEnter())
            {
                try
                {
                    Check();
                }
                finally
                {
                    _lock.Exit();
                }
            }

            return _value;
        }
    }

    private void Check()
    {
        Interlocked.Exchange(ref _checked, _time.GetTimestamp());
        byte[] digest = [];
        try
        {
            digest = Digest();
            if (!digest.AsSpan().SequenceEqual(_digest))
            {
                _value = _load();
                _digest = digest;
            }

            _reported = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or InvalidOperationException)
        {
            // Tried again at every look: what is wrong may pass without another change of the files.
            var report = $"{Convert.ToHexString(digest)} {failure.Message}";
            if (report != _reported)
            {
                _reported = report;
                _failed(failure);
            }
        }
    }

    private byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in _files())
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(path));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return hash.GetHashAndReset();
    }
}
