using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// What an upsert did, or has done so far. What it counts is committed, so it survives whatever happens next.
/// </summary>
public sealed record UpsertResult
{
    /// <summary>Gets the number of documents that were not in the collection before.</summary>
    public long Added { get; init; }

    /// <summary>Gets the number of documents that replaced an older version of themselves.</summary>
    public long Updated { get; init; }

    /// <summary>Gets the number of documents that were there already with the same hash and metadata.</summary>
    public long Unchanged { get; init; }

    /// <summary>Gets the number of documents done: added, updated or found unchanged.</summary>
    public long Documents => Added + Updated + Unchanged;

    /// <summary>Gets the number of passages that were embedded.</summary>
    public long PassagesEmbedded { get; init; }

    /// <summary>
    /// Gets the number of passages of updated documents whose text was the same as before, so that their vectors were kept.
    /// </summary>
    public long PassagesReused { get; init; }

    /// <summary>
    /// Gets the number of embedded passages that the embedder said were longer than it reads, so that their vectors miss their ends.
    /// </summary>
    public long PassagesTruncated { get; init; }

    /// <summary>
    /// Gets what embedding consumed; null if the embedder told nothing or nothing was embedded. It is told at the end, and null before.
    /// </summary>
    public UsageDetails? Usage { get; init; }
}
