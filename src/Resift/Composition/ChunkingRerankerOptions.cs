namespace Resift;

/// <summary>How <see cref="ChunkingReranker"/> cuts long documents.</summary>
public sealed class ChunkingRerankerOptions
{
    /// <summary>How many tokens two windows have in common at most unless told otherwise: none, since windows end at sentences.</summary>
    public const int DefaultOverlapTokens = 0;

    /// <summary>
    /// Gets or sets what counts tokens as the model does; null for the <see cref="TokenCounter"/> that the reranker gives by its services.
    /// </summary>
    public TokenCounter? CountTokens { get; set; }

    /// <summary>
    /// Gets or sets how many tokens of a document one window has at most; null for as many as the model reads beside the query. A document
    /// with no more is scored in one piece.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? WindowTokens
    {
        get;
        set => field = value is < 1
            ? throw new ArgumentOutOfRangeException(
                nameof(WindowTokens), value, "A window must have at least 1 token; leave it null to fill the model.")
            : value;
    }

    /// <summary>
    /// Gets or sets how many tokens two successive windows have in common at most, in whole sentences; never more than half a window.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int OverlapTokens
    {
        get;
        set => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(OverlapTokens), value, "The overlap must be at least 0 tokens.");
    } = DefaultOverlapTokens;
}
