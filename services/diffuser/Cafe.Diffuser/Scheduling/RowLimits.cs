namespace Cafe.Diffuser.Scheduling;

/// <summary>Rows of one call that fit the device's memory, by shape: halved where a call didn't fit, and tried again after a while, for neighbours on the device come and go.</summary>
internal sealed class RowLimits(int maxRows)
{
    /// <summary>Rows of one picture at most: no limit goes below.</summary>
    public const int Least = 3;

    /// <summary>Full calls that have to succeed before more rows are tried.</summary>
    public const int Patience = 200;

    private readonly Dictionary<Shape, (int Limit, int Full)> _limits = [];

    /// <summary>The limit now.</summary>
    public int Of(Shape shape) => _limits.TryGetValue(shape, out var entry) ? entry.Limit : maxRows;

    /// <summary>A call of so many rows didn't fit.</summary>
    public void Failed(Shape shape, int rows) => _limits[shape] = (Math.Max(Least, rows / 2), 0);

    /// <summary>A call of so many rows fitted.</summary>
    public void Succeeded(Shape shape, int rows)
    {
        if (!_limits.TryGetValue(shape, out var entry))
        {
            return;
        }

        // A limit of an odd size may leave a row free.
        var full = entry.Full + (rows >= entry.Limit - 1 ? 1 : 0);
        if (full < Patience)
        {
            _limits[shape] = (entry.Limit, full);
        }
        else if (entry.Limit + 1 >= maxRows)
        {
            _limits.Remove(shape);
        }
        else
        {
            _limits[shape] = (entry.Limit + 1, 0);
        }
    }
}
