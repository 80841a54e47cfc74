using System.Reflection;
using StackExchange.Redis;

namespace Cafe.Embeddings.Tests;

/// <summary>
/// A server behind a connection that can be late: an operation is carried out and its answer never comes. Which ones are late is
/// the test's to say, so no budget is a race against the clock.
/// </summary>
public class LateRedis : DispatchProxy
{
    private object _inner = null!;
    private LateRedis _root = null!;
    private Func<string, bool> _late = _ => false;
    private int _sent;

    /// <summary>Whether an operation of IDatabase is late, by the method's name.</summary>
    public Func<string, bool> Late
    {
        get => _root._late;
        set => _root._late = value;
    }

    /// <summary>Operations sent.</summary>
    public int Sent => Volatile.Read(ref _root._sent);

    public static async Task<IConnectionMultiplexer> ConnectAsync(ConfigurationOptions options, Action<LateRedis> connected)
    {
        var connection = Create<IConnectionMultiplexer, LateRedis>();
        var late = (LateRedis)(object)connection;
        (late._inner, late._root) = (await ConnectionMultiplexer.ConnectAsync(options), late);
        connected(late);
        return connection;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_inner, args);
        if (result is IDatabase inner)
        {
            var database = Create<IDatabase, LateRedis>();
            var late = (LateRedis)(object)database;
            (late._inner, late._root) = (inner, _root);
            return database;
        }

        if (_inner is not IDatabase || result is not Task || targetMethod.Name == nameof(IDatabase.PingAsync))
        {
            return result;
        }

        Interlocked.Increment(ref _root._sent);
        return Late(targetMethod.Name) ? Never(targetMethod.ReturnType.GetGenericArguments().Single()) : result;
    }

    private static object Never(Type type)
    {
        var source = typeof(TaskCompletionSource<>).MakeGenericType(type);
        return source.GetProperty(nameof(TaskCompletionSource<>.Task))!.GetValue(Activator.CreateInstance(source))!;
    }
}
