using System.Collections.Concurrent;
using System.Reflection;
using StackExchange.Redis;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>A Redis whose every answer is empty, or never comes while it is <see cref="Frozen"/>.</summary>
public class RedisDouble : DispatchProxy
{
    private RedisDouble _root = null!;
    private ConcurrentQueue<string> _asked = new();

    /// <summary>Nothing is answered.</summary>
    public bool Frozen { get; set; }

    /// <summary>Operations that were sent, in order.</summary>
    public ConcurrentQueue<string> Asked => _root._asked;

    public static (IConnectionMultiplexer Connection, RedisDouble Redis) Create()
    {
        var connection = Create<IConnectionMultiplexer, RedisDouble>();
        var redis = (RedisDouble)(object)connection;
        redis._root = redis;
        return (connection, redis);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case nameof(IConnectionMultiplexer.GetDatabase):
                var database = Create<IDatabase, RedisDouble>();
                ((RedisDouble)(object)database)._root = _root;
                return database;
            case nameof(IAsyncDisposable.DisposeAsync):
                return ValueTask.CompletedTask;
            default:
                Asked.Enqueue(targetMethod.Name);
                return Answer(targetMethod.ReturnType.GetGenericArguments().Single());
        }
    }

    private object Answer(Type type)
    {
        var source = Activator.CreateInstance(typeof(TaskCompletionSource<>).MakeGenericType(type))!;
        if (!_root.Frozen)
        {
            source.GetType().GetMethod(nameof(TaskCompletionSource<>.SetResult))!.Invoke(source, [Activator.CreateInstance(type)]);
        }

        return source.GetType().GetProperty(nameof(TaskCompletionSource<>.Task))!.GetValue(source)!;
    }
}
