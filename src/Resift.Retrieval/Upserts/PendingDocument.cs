namespace Resift.Retrieval;

/// <summary>A document on its way into an index.</summary>
internal sealed record PendingDocument(IndexedDocument Document, string Metadata, IReadOnlyList<PendingPassage> Passages)
{
    /// <summary>Hands the passages whose texts the document had before their vectors of then.</summary>
    public void TakeVectors(Dictionary<string, ReadOnlyMemory<float>> vectorsByText)
    {
        foreach (var passage in Passages)
        {
            if (vectorsByText.TryGetValue(passage.EmbeddedText, out var vector))
            {
                passage.Vector = vector;
            }
        }
    }
}

/// <summary>A passage on its way into an index; its vector is empty until it is embedded.</summary>
/// <param name="passage">The passage.</param>
/// <param name="embeddedText">The text that is embedded: prefix and searched text.</param>
internal sealed class PendingPassage(SearchDocument passage, string embeddedText)
{
    public SearchDocument Passage => passage;

    public string EmbeddedText => embeddedText;

    public ReadOnlyMemory<float> Vector { get; set; }
}
