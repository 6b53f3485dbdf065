namespace Resift.Retrieval;

/// <summary>
/// Provides the options of how the texts of a collection are made, which the collection remembers. An index that is asked for the
/// collection copies them: later changes have no effect.
/// </summary>
public sealed class CollectionOptions
{
    /// <summary>
    /// Gets or sets what makes of a passage the text that is searched and embedded, so that title and headings are found with it;
    /// <see cref="PassageTemplate.TitleAndHeadings"/> unless set. Another template than that of the first upsert is refused: vectors of
    /// both could not be compared.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public PassageTemplate Template
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(Template));
    } = PassageTemplate.TitleAndHeadings;

    /// <summary>
    /// Gets or sets how documents are cut into passages, in words of whoever cuts them, such as <c>tokens=200 overlap=32</c>; null to say
    /// nothing. The last upsert's stays (<see cref="CollectionInfo.Cut"/>), so that the next one can cut alike.
    /// </summary>
    public string? Cut { get; set; }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy.</returns>
    public CollectionOptions Clone() => (CollectionOptions)MemberwiseClone();
}
