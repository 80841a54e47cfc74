namespace Cafe.Training.Data.Sources;

/// <summary>Whom the pack thanks for a design.</summary>
/// <param name="Design">The design's name in the data.</param>
/// <param name="Title">The work's title.</param>
/// <param name="Author">Who made it.</param>
/// <param name="Licence">SPDX identifier of its licence, or what is known of it.</param>
/// <param name="Package">The package that it was installed from, by name.</param>
public sealed record SourceCredit(string Design, string Title, string Author, string Licence, string Package);
