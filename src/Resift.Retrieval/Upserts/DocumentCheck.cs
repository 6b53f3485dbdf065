using System.Text;

namespace Resift.Retrieval;

/// <summary>Refuses names, documents and passages that would not come back from an index as they went in.</summary>
internal static class DocumentCheck
{
    /// <summary>
    /// Refuses what SQLite would cut and PostgreSQL cannot keep (NUL), or UTF-8 would change (half a surrogate pair), since two keys could
    /// become one.
    /// </summary>
    public static void ThrowIfUnfit(string text, string what, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameter);
        if (text.Contains('\0') || !IsWellFormed(text))
        {
            throw new ArgumentException($"The {what} has a NUL or half of a surrogate pair in it; well-formed text was expected.",
                parameter);
        }
    }

    public static void ThrowIfUnfit(IndexedDocument document)
    {
        ThrowIfUnfit(document.Id, "id of a document", nameof(document));
        ThrowIfUnfit(document.ContentHash, $"content hash of '{document.Id}'", nameof(document));
        ArgumentNullException.ThrowIfNull(document.Passages);
        ThrowIfUnfit(document.Metadata, document.Id);
    }

    public static void ThrowIfUnfit(SearchDocument? passage, IndexedDocument document, HashSet<string> seen)
    {
        if (passage?.Text is null)
        {
            throw new ArgumentException($"A passage of '{document.Id}', or its text, is null.", nameof(passage));
        }

        ThrowIfUnfit(passage.Id, $"id of a passage of '{document.Id}'", nameof(passage));
        if (passage.DocumentId != document.Id)
        {
            throw new ArgumentException($"The passage '{passage.Id}' says that it is of '{passage.DocumentId}', but it came with " +
                $"'{document.Id}'. Give it that {nameof(SearchDocument.Location)}.", nameof(passage));
        }

        if (!seen.Add(passage.Id))
        {
            throw new ArgumentException($"'{document.Id}' has two passages with the id '{passage.Id}'; each needs its own.",
                nameof(passage));
        }

        ThrowIfUnfit(passage.Metadata, passage.Id);
    }

    private static void ThrowIfUnfit(IReadOnlyDictionary<string, string> metadata, string id)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        foreach (var (key, value) in metadata)
        {
            if (value is null)
            {
                throw new ArgumentException($"The metadata '{key}' of '{id}' is null; leave the key out instead.", nameof(metadata));
            }
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return true;
    }
}
