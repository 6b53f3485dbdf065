namespace Resift;

/// <summary>What happens to a document that is longer than the model reads.</summary>
public enum TruncationPolicy
{
    /// <summary>Its end is cut off, and <see cref="RerankUsage.TruncatedDocuments"/> says by how many tokens. The default.</summary>
    Truncate,

    /// <summary>The call fails with an <see cref="ArgumentException"/> that names the document.</summary>
    Error,

    /// <summary>
    /// It is scored window by window and keeps the score of its best one (MaxP), so that all of it is read. What
    /// <c>UseChunking</c> does; a reranker that cannot do it refuses with <see cref="NotSupportedException"/>.
    /// </summary>
    Chunk,
}
