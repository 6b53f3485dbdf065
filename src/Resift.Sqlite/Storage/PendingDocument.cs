using Resift.Retrieval;

namespace Resift.Sqlite.Storage;

/// <summary>A document on its way into the file.</summary>
internal sealed record PendingDocument(IndexedDocument Document, string Metadata, IReadOnlyList<PendingPassage> Passages)
{
    /// <summary>Gives the passages whose texts the document had before their vectors of then.</summary>
    public void TakeVectors(Dictionary<string, float[]> vectorsByText)
    {
        foreach (var passage in Passages)
        {
            if (vectorsByText.TryGetValue(passage.Passage.Text, out float[]? vector))
            {
                passage.Vector = vector;
            }
        }
    }
}

/// <summary>A passage on its way into the file; its vector is empty until it is embedded.</summary>
internal sealed class PendingPassage(SearchDocument passage)
{
    public SearchDocument Passage => passage;

    public ReadOnlyMemory<float> Vector { get; set; }
}
