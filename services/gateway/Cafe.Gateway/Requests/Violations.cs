using Cafe.ServiceDefaults.Errors;

namespace Cafe.Gateway.Requests;

/// <summary>Collects what is wrong with a request, so that its sender hears of everything at once.</summary>
internal sealed class Violations
{
    private const int MaxReported = 32;
    private readonly List<FieldViolation> _violations = [];

    public void Add(string field, string description)
    {
        if (_violations.Count < MaxReported)
        {
            _violations.Add(new FieldViolation(field, description));
        }
    }

    public void CheckRange(string field, double value, double least, double most)
    {
        if (!(value >= least && value <= most)) // NaN is in no range
        {
            Add(field, $"must be {least} to {most}, not {value}");
        }
    }

    public void CheckEnum<T>(string field, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Add(field, $"{value} is not a {typeof(T).Name}");
        }
    }

    /// <summary>Empty, or 1 to 128 of [A-Za-z0-9_-].</summary>
    public void CheckId(string field, string value)
    {
        if (value.Length > 128 || !value.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'))
        {
            Add(field, $"must be 1 to 128 of [A-Za-z0-9_-], not {value.Length} characters{(value.Length <= 128 ? " with others among them" : "")}");
        }
    }

    public void Throw()
    {
        if (_violations.Count > 0)
        {
            throw new InvalidRequestException(_violations);
        }
    }
}
