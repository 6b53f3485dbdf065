namespace Resift.Local.Models;

/// <summary>How an embedder makes one vector of the vectors of all tokens.</summary>
internal enum Pooling
{
    /// <summary>The mean over all tokens, special ones included.</summary>
    Mean,

    /// <summary>The vector of the first token.</summary>
    Cls,

    /// <summary>The vector of the last token.</summary>
    Last,
}
