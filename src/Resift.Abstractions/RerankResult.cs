namespace Resift;

/// <summary>The score of one document, and what is known about how it came about.</summary>
/// <remarks>What stands here belongs to its document wherever the result goes: into another order, list or answer.</remarks>
/// <param name="Index">The document's index in the caller's list.</param>
/// <param name="Score">Its relevance on the response's <see cref="ScoreScale"/>; higher is more relevant.</param>
public readonly record struct RerankResult(int Index, double Score)
{
    /// <summary>Gets the part of the document that gave it its score; null if it was scored in one piece.</summary>
    public DocumentWindow? Window { get; init; }

    /// <summary>
    /// Gets a value indicating whether nothing scored the document, such as after a deadline: its score then says no more than that it
    /// stands where it stands.
    /// </summary>
    public bool IsUnscored { get; init; }
}

/// <summary>One of the caller's items with its score.</summary>
/// <typeparam name="T">The type of the caller's items.</typeparam>
/// <param name="Item">The item itself.</param>
/// <param name="Index">Its index in the caller's list.</param>
/// <param name="Score">Its relevance on the response's <see cref="ScoreScale"/>; higher is more relevant.</param>
public readonly record struct RerankResult<T>(T Item, int Index, double Score)
{
    /// <summary>Gets the part of the text that gave the item its score; null if it was scored in one piece.</summary>
    public DocumentWindow? Window { get; init; }

    /// <summary>Gets a value indicating whether nothing scored the item, such as after a deadline.</summary>
    public bool IsUnscored { get; init; }
}

/// <summary>A part of a long document.</summary>
/// <param name="Start">Where it begins in the document, in UTF-16 code units.</param>
/// <param name="Length">Its length, in UTF-16 code units.</param>
/// <param name="Windows">How many windows the document had.</param>
public readonly record struct DocumentWindow(int Start, int Length, int Windows);
