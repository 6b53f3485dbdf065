namespace Resift.Retrieval;

/// <summary>Creates passages of documents, so that what is found is as long as a model reads.</summary>
public static class PassageExtensions
{
    /// <summary>The key of a passage's metadata that holds the headings that it stands under.</summary>
    public const string HeadingKey = "heading";

    /// <summary>Cuts a document into passages that know where in it they stand.</summary>
    /// <param name="document">The document; passages of a passage keep the offsets into, and the id of, the whole document.</param>
    /// <param name="chunk">Cuts the text, such as <see cref="TextChunker.Chunk"/> or <see cref="MarkdownChunker.Chunk"/>.</param>
    /// <returns>
    /// The passages in the order of the text, none for a blank one. The first has the document's id with <c>#0</c> behind it, and so on.
    /// Each has the document's metadata, its headings under <see cref="HeadingKey"/> if it has any, and the searched text of its chunk.
    /// </returns>
    public static IReadOnlyList<SearchDocument> ToPassages(this SearchDocument document, Func<string, IReadOnlyList<TextChunk>> chunk)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(chunk);
        int offset = document.Location?.Start ?? 0;
        return [.. chunk(document.Text).Select((part, number) => new SearchDocument($"{document.Id}#{number}", part.Text)
        {
            SearchedText = part.SearchedText,
            Metadata = part.Heading is null
                ? document.Metadata
                : new Dictionary<string, string>(document.Metadata) { [HeadingKey] = part.Heading }.AsReadOnly(),
            Location = new(document.DocumentId, offset + part.Start, part.Length),
        })];
    }
}
