using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Refuses documents and passages that would not come back as they went in.</summary>
internal static class DocumentCheck
{
    public static void ThrowIfUnfit(IndexedDocument document)
    {
        StoredText.ThrowIfUnfit(document.Id, "id of a document", nameof(document));
        StoredText.ThrowIfUnfit(document.ContentHash, $"content hash of '{document.Id}'", nameof(document));
        ArgumentNullException.ThrowIfNull(document.Passages);
        ThrowIfUnfit(document.Metadata, document.Id);
    }

    public static void ThrowIfUnfit(SearchDocument? passage, IndexedDocument document, HashSet<string> seen)
    {
        if (passage?.Text is null)
        {
            throw new ArgumentException($"A passage of '{document.Id}', or its text, is null.", nameof(passage));
        }

        StoredText.ThrowIfUnfit(passage.Id, $"id of a passage of '{document.Id}'", nameof(passage));
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
}
