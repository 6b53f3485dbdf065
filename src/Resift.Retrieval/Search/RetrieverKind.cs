namespace Resift.Retrieval;

/// <summary>How candidates are found.</summary>
public enum RetrieverKind
{
    /// <summary>By words and by meaning, fused.</summary>
    Hybrid,

    /// <summary>By words (BM25).</summary>
    Lexical,

    /// <summary>By meaning (the cosine of embeddings).</summary>
    Dense,
}
