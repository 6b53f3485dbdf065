namespace Resift.Retrieval;

/// <summary>A passage that the model may answer from.</summary>
/// <param name="Number">The number by which it is cited; the most relevant passage is 1.</param>
/// <param name="Hit">What the search found, with its score.</param>
public sealed record RagPassage(int Number, SearchHit Hit)
{
    /// <summary>Gets the id of the passage.</summary>
    public string Id => Hit.Document.Id;

    /// <summary>Gets the id of the document that it is from.</summary>
    public string DocumentId => Hit.Id;

    /// <summary>Gets its text.</summary>
    public string Text => Hit.Text;

    /// <summary>
    /// Gets the document's title and the headings that the passage stands under, each once, as far as its metadata has them under
    /// <see cref="SearchDocument.TitleKey"/> and <see cref="PassageExtensions.HeadingKey"/>; null if it has neither.
    /// </summary>
    public string? Title => PassageTemplate.HeadingOf(Hit.Document);
}
