namespace Resift.Cli;

/// <summary>How candidates are found.</summary>
internal enum FirstStage
{
    /// <summary>By words and by meaning, fused.</summary>
    Hybrid,

    /// <summary>By words (BM25).</summary>
    Lexical,

    /// <summary>By meaning (the cosine of embeddings).</summary>
    Dense,
}
