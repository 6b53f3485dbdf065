namespace Resift.Retrieval;

/// <summary>A text that can be found: a whole document, or a passage of one.</summary>
/// <param name="Id">What tells it from every other one in the same index.</param>
/// <param name="Text">The text that is shown, and searched and reranked unless there is a <see cref="SearchedText"/>.</param>
public sealed record SearchDocument(string Id, string Text)
{
    /// <summary>The key of <see cref="Metadata"/> that holds a document's title.</summary>
    public const string TitleKey = "title";

    /// <summary>
    /// Gets the text that retrievers and rerankers read in place of <see cref="Text"/>, such as text without markup; null for
    /// <see cref="Text"/> itself.
    /// </summary>
    public string? SearchedText { get; init; }

    /// <summary>Gets what else is known about it, such as a title or a language; filters read it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata;

    /// <summary>Gets where in a longer document it stands; null if it is a whole document.</summary>
    public PassageLocation? Location { get; init; }

    /// <summary>Gets the id of the document that it is a passage of, or its own if it is a whole document.</summary>
    public string DocumentId => Location?.DocumentId ?? Id;

    private static IReadOnlyDictionary<string, string> EmptyMetadata { get; } = new Dictionary<string, string>().AsReadOnly();
}

/// <summary>Where a passage stands in its document.</summary>
/// <param name="DocumentId">The id of the whole document.</param>
/// <param name="Start">The offset of its first character in the document's text, in UTF-16 code units.</param>
/// <param name="Length">Its length in the document's text, in UTF-16 code units.</param>
public sealed record PassageLocation(string DocumentId, int Start, int Length);
