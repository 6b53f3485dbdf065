using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>How the texts of a collection are made. A collection remembers it.</summary>
public sealed record SqliteCollectionSettings
{
    /// <summary>
    /// Gets what makes of a passage the text that is searched and embedded, so that title and headings are found with it;
    /// <see cref="PassageTemplate.TitleAndHeadings"/> unless set. Another template than that of the first upsert is refused: vectors of
    /// both could not be compared.
    /// </summary>
    public PassageTemplate Template
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Template));
    } = PassageTemplate.TitleAndHeadings;

    /// <summary>
    /// Gets how documents are cut into passages, in words of whoever cuts them, such as <c>tokens=200 overlap=32</c>; null to say nothing.
    /// The last upsert's stays (<see cref="SqliteCollectionInfo.Cut"/>), so that the next one can cut alike.
    /// </summary>
    public string? Cut { get; init; }
}
