namespace Cafe.Modeling.Graphs;

/// <summary>An attribute of a node: an integer, a number, a string, or a list of integers. Others are not needed here.</summary>
public sealed class NodeAttribute
{
    private NodeAttribute(object value) => Value = value;

    /// <summary>A <see cref="long"/>, a <see cref="float"/>, a <see cref="string"/> or a <c>long[]</c>.</summary>
    public object Value { get; }

    public static implicit operator NodeAttribute(long value) => new(value);

    public static implicit operator NodeAttribute(int value) => new((long)value);

    public static implicit operator NodeAttribute(float value) => new(value);

    public static implicit operator NodeAttribute(string value) => new(value);

    public static implicit operator NodeAttribute(long[] value) => new(value);

    public long AsInt() => Get<long>();

    public float AsFloat() => Get<float>();

    public string AsString() => Get<string>();

    public IReadOnlyList<long> AsInts() => Get<long[]>();

    private T Get<T>() =>
        Value is T value ? value : throw new InvalidOperationException($"The attribute holds {Value.GetType().Name}, not {typeof(T).Name}.");
}
