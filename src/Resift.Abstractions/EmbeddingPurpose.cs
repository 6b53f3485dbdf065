namespace Resift;

/// <summary>What a text is embedded for. Many models embed a query in another way than the documents that answer it.</summary>
/// <remarks>
/// A caller says it by <see cref="EmbeddingProperties.SetPurpose"/>; where it says nothing, a text is neither, as for comparing texts with
/// each other.
/// </remarks>
public enum EmbeddingPurpose
{
    /// <summary>The text asks, and what answers it is looked for.</summary>
    Query,

    /// <summary>The text is looked for: a document, or a passage of one.</summary>
    Document,
}
