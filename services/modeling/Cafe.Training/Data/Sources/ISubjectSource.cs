namespace Cafe.Training.Data.Sources;

/// <summary>Where cut-out pictures come from.</summary>
public interface ISubjectSource
{
    /// <summary>Whom to credit; its design names the source.</summary>
    SourceCredit Credit { get; }

    /// <summary>Every picture, in an order that does not change between runs.</summary>
    /// <exception cref="InvalidDataException">The source is not what it should be; the message says where.</exception>
    IEnumerable<SubjectPicture> Read();
}
