namespace Resift;

/// <summary>
/// Reads long documents to their end: one that is longer than the model reads is scored window by window and keeps the score of its best
/// window ("MaxP", Dai and Callan, 2019, "Deeper Text Understanding for IR with Contextual Neural Language Modeling").
/// </summary>
/// <remarks>
/// <para>
/// Documents that fit are passed on as they are, in the same call, with the same scores. Windows end at sentences, as
/// <see cref="TextChunker"/> cuts. <see cref="RerankUsage.Pairs"/> counts windows. <see cref="RerankResult.Window"/>
/// tells which window of a document won.
/// </para>
/// <para>
/// <see cref="RerankOptions.Truncation"/> is the choice of each call: null or <see cref="TruncationPolicy.Chunk"/> for windows;
/// <see cref="TruncationPolicy.Truncate"/> and <see cref="TruncationPolicy.Error"/> go to the inner reranker, which cuts or refuses as it
/// does without this one. <see cref="RerankOptions.MaxTokensPerDocument"/> limits what is read of a document in all its windows together.
/// </para>
/// </remarks>
public sealed class ChunkingReranker : DelegatingReranker
{
    // RoBERTa's pair, the longest among the usual ones: <s> query </s></s> document </s>.
    private const int SpecialTokensIfUnknown = 4;

    private readonly TokenCounter _countTokens;
    private readonly bool _ownCounter;
    private readonly int _overlapTokens;
    private readonly int? _windowTokens;
    private readonly int? _textTokens;
    private readonly RerankerMetadata _metadata;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that scores the windows; owned from now on.</param>
    /// <param name="options">How documents are cut; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The reranker does not score each document on its own, nobody counts its tokens, or neither its limit nor a window's size is known.
    /// </exception>
    public ChunkingReranker(IReranker innerReranker, ChunkingRerankerOptions? options = null)
        : base(innerReranker)
    {
        options ??= new();
        var metadata = innerReranker.GetService<RerankerMetadata>();
        if (metadata?.IsPointwise != true)
        {
            throw new ArgumentException(
                "Chunking needs a reranker whose scores of several windows can be compared, and this one does not say that it scores " +
                "each document on its own (RerankerMetadata.IsPointwise). Put UseChunking around the pointwise reranker inside it, or " +
                "leave it out.",
                nameof(innerReranker));
        }

        _metadata = metadata;
        _ownCounter = options.CountTokens is not null;
        _countTokens = options.CountTokens ?? innerReranker.GetService<TokenCounter>() ?? throw new ArgumentException(
            "Chunking needs to count the model's tokens, and this reranker offers no TokenCounter among its services. Set " +
            "ChunkingRerankerOptions.CountTokens to one, such as CountTokens of the model's tokenizer.",
            nameof(options));
        _textTokens = metadata.MaxTokensPerPair - (metadata.SpecialTokensPerPair ?? SpecialTokensIfUnknown);
        _windowTokens = options.WindowTokens;
        _overlapTokens = options.OverlapTokens;
        if (_textTokens is null && _windowTokens is null)
        {
            throw new ArgumentException(
                "This reranker does not say how many tokens it reads (RerankerMetadata.MaxTokensPerPair). Set " +
                "ChunkingRerankerOptions.WindowTokens.",
                nameof(options));
        }
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        if (options?.Truncation is TruncationPolicy.Truncate or TruncationPolicy.Error)
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }

        var windows = new WindowedDocuments(_countTokens, WindowTokens(query), _overlapTokens, options?.MaxTokensPerDocument);
        foreach (string document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            windows.Add(document);
        }

        if (options is not null)
        {
            options = options.Clone();
            options.Truncation = options.Truncation == TruncationPolicy.Chunk ? TruncationPolicy.Truncate : null;
        }

        if (!windows.HasLongDocuments)
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }

        if (!_metadata.IsDefaultModel(options))
        {
            throw new NotSupportedException($"A document is too long for one piece, and of the model '{options!.ModelId}', which the " +
                "call names, nothing says that it scores each document on its own, so windows scored by it cannot be compared. " +
                "Leave ModelId null, or choose TruncationPolicy.Truncate.");
        }

        var response = await base.RerankAsync(query, windows.Texts, options.WithoutTopN(), cancellationToken).ConfigureAwait(false);
        return windows.Merge(response, options?.TopN);
    }

    /// <inheritdoc />
    /// <remarks>
    /// No <see cref="ModelFingerprint"/> is known where the options bring a counter of their own, which could be any code.
    /// </remarks>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        object? service = base.GetService(serviceType, serviceKey);
        return serviceKey is not null || service is not ModelFingerprint fingerprint ? service
            : _ownCounter ? null
            : fingerprint.Derive(FormattableString.Invariant($"in windows of {_windowTokens} tokens with {_overlapTokens} in common"));
    }

    // A query that takes more than half of the room is cut itself, as "longest first" does it: see PairTruncation of Resift.Local.
    private int WindowTokens(string query) => _textTokens is { } room
        ? Math.Max(1, Math.Min(_windowTokens ?? int.MaxValue, Math.Max(room - _countTokens(query), room / 2)))
        : _windowTokens!.Value;
}

/// <summary>How <see cref="ChunkingReranker"/> cuts long documents.</summary>
public sealed class ChunkingRerankerOptions
{
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
    }
}

/// <content>Adds the reading of long documents to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Scores documents that are too long window by window, by what lies inside.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="options">How documents are cut; null for the defaults.</param>
    /// <returns>
    /// The same builder. Building the chain fails with an <see cref="ArgumentException"/> where chunking is not possible.
    /// </returns>
    public static RerankerBuilder UseChunking(this RerankerBuilder builder, ChunkingRerankerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use(inner => new ChunkingReranker(inner, options));
    }
}
