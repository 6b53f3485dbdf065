namespace Resift;

/// <summary>The part of a long document that gave it its score.</summary>
/// <param name="Start">Where it begins in the document, in UTF-16 code units.</param>
/// <param name="Length">Its length, in UTF-16 code units.</param>
/// <param name="Windows">How many windows the document had.</param>
public readonly record struct DocumentWindow(int Start, int Length, int Windows);

/// <summary>Reads what <see cref="ChunkingReranker"/> says about its windows.</summary>
public static class DocumentWindowExtensions
{
    /// <summary>Gets the window that gave a document its score.</summary>
    /// <param name="response">A response.</param>
    /// <param name="index">The document's index in the caller's list.</param>
    /// <returns>Its best window; null if it was scored in one piece, or not at all.</returns>
    public static DocumentWindow? BestWindow(this RerankResponse response, int index)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties is { } properties &&
            properties.TryGetValue(ChunkingReranker.BestWindowsKey, out IReadOnlyDictionary<int, DocumentWindow>? windows) &&
            windows.TryGetValue(index, out var window) ? window : null;
    }
}
