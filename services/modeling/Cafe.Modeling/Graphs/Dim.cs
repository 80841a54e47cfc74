using System.Globalization;

namespace Cafe.Modeling.Graphs;

/// <summary>One dimension of a graph's input or output: a number, or a symbol (by convention a capital) that is free at run time.</summary>
public readonly record struct Dim
{
    private Dim(long? size, string? symbol)
    {
        Size = size;
        Symbol = symbol;
    }

    /// <summary>The fixed size, or null where the dimension is dynamic.</summary>
    public long? Size { get; }

    /// <summary>The dynamic dimension's name, or null where it is fixed.</summary>
    public string? Symbol { get; }

    public static implicit operator Dim(long size) =>
        size > 0 ? new Dim(size, null) : throw new ArgumentOutOfRangeException(nameof(size), size, "A fixed dimension is at least 1.");

    public static implicit operator Dim(int size) => (long)size;

    public static implicit operator Dim(string symbol) => new(null, symbol);

    public override string ToString() => Symbol ?? Size!.Value.ToString(CultureInfo.InvariantCulture);
}
