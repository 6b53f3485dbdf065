namespace Resift;

/// <summary>
/// Two rerankers in a row: a cheap one reads every document, and the full one, the inner reranker, only the best of them (Matveeva et al.,
/// 2006, "High accuracy retrieval with multiple nested ranker").
/// </summary>
/// <remarks>
/// <para>
/// The results are those that the full reranker scored, and the rest is left out, unless <see cref="CascadeRerankerOptions.Rest"/> says
/// otherwise. A call that names its number of results by <see cref="RerankOptions.TopN"/> gets as many. Where the full reranker is to read
/// everything anyway, the cheap one is not asked.
/// </para>
/// <para>
/// <see cref="RerankResponse.Stages"/> tells what each stage scored: first the cheap reranker's answer about all, then the full
/// one's. <see cref="RerankUsage"/> is the sum of both; its truncated documents are those of the full stage. A response is
/// degraded if one of its stages is.
/// </para>
/// </remarks>
public sealed class CascadeReranker : DelegatingReranker
{
    private readonly IReranker _cheap;
    private readonly int _keep;
    private readonly double? _keepFraction;
    private readonly CascadeRest _rest;
    private readonly RerankOptions? _cheapOptions;

    /// <summary>Joins two rerankers.</summary>
    /// <param name="cheap">Reads every document; owned from now on.</param>
    /// <param name="full">Reads the best documents; owned from now on. It may be the same as the cheap one, which then reads less.</param>
    /// <param name="options">How the work is divided; null for the defaults.</param>
    public CascadeReranker(IReranker cheap, IReranker full, CascadeRerankerOptions? options = null)
        : base(full)
    {
        ArgumentNullException.ThrowIfNull(cheap);
        _cheap = cheap;
        options ??= new();
        (_keep, _keepFraction, _rest, _cheapOptions) =
            (options.Keep, options.KeepFraction, options.Rest, options.CheapOptions?.WithoutTopN());
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        int keep = Math.Max(_keep, (int)Math.Ceiling(documents.Count * (_keepFraction ?? 0)));
        if (_rest == CascadeRest.LeaveOut)
        {
            keep = Math.Max(keep, options?.TopN ?? 0);
        }

        RerankResponse? cheap = null;
        int[] kept = [.. Enumerable.Range(0, documents.Count)];
        if (keep < documents.Count)
        {
            cheap = await _cheap.RerankAsync(query, documents, _cheapOptions?.Clone(), cancellationToken).ConfigureAwait(false);
            kept = [.. cheap.Results.Take(keep).Select(result => result.Index).Order()];
        }

        string[] texts = [.. kept.Select(index => documents[index])];
        var full = await base.RerankAsync(query, texts, options.WithoutTopN(), cancellationToken).ConfigureAwait(false);
        full = full.MapIndices(index => kept[index]);
        return Join(cheap, full, options?.TopN);
    }

    /// <inheritdoc />
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        object? service = base.GetService(serviceType, serviceKey);
        return (serviceKey, service) switch
        {
            (null, RerankerMetadata full) when serviceType == typeof(RerankerMetadata) => full with
            {
                ScoreScale = _rest == CascadeRest.RankBelow ? ScoreScale.Rank : full.ScoreScale,
                IsPointwise = false,
                MaxDocuments = _cheap.GetService<RerankerMetadata>()?.MaxDocuments,
            },
            (null, ModelFingerprint full) => Fingerprint(full),
            _ => service,
        };
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            if (disposing)
            {
                _cheap.Dispose();
            }
        }
    }

    // Options may hold anything, so that no text tells them apart.
    private ModelFingerprint? Fingerprint(ModelFingerprint full) =>
        _cheapOptions is null && _cheap.GetService<ModelFingerprint>() is { } cheap
            ? full.Derive(FormattableString.Invariant($"best {_keep} or {_keepFraction} of {cheap}, rest: {_rest}"))
            : null;

    private RerankResponse Join(RerankResponse? cheap, RerankResponse full, int? topN)
    {
        var joined = _rest == CascadeRest.RankBelow
            ? full.WithResults(Ranks(cheap, full), ScoreScale.Rank, topN)
            : full.WithResults(full.Results, full.ScoreScale, topN);
        return cheap is null ? joined : joined with
        {
            DegradedReason = full.DegradedReason ?? cheap.DegradedReason,
            Usage = Usage(cheap, full),
            Stages = [cheap, full],
        };
    }

    private static IEnumerable<RerankResult> Ranks(RerankResponse? cheap, RerankResponse full) => full.Results
        .UnionBy(cheap?.Results ?? [], result => result.Index)
        .Select((result, place) => result with { Score = 1.0 / (place + 1) });

    // Of what the cheap reranker left unread, the answer says nothing: nearly all documents would be listed.
    private static RerankUsage? Usage(RerankResponse cheap, RerankResponse full) => cheap.Usage is null || full.Usage is null
        ? null
        : RerankUsage.Sum([cheap.Usage, full.Usage]) with { TruncatedDocuments = full.Usage.TruncatedDocuments };
}

/// <summary>How <see cref="CascadeReranker"/> divides the work.</summary>
public sealed class CascadeRerankerOptions
{
    /// <summary>
    /// Gets or sets how many of the documents the full reranker reads: the best of the cheap one. It reads more where a call asks for more
    /// by <see cref="RerankOptions.TopN"/>, or where <see cref="KeepFraction"/> gives more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Keep
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Keep), value, "The full reranker must read at least 1 document.");
    } = 20;

    /// <summary>
    /// Gets or sets which part of the documents the full reranker reads at least, in (0, 1], rounded up; null for no such part.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1].</exception>
    public double? KeepFraction
    {
        get;
        set => field = value is null or (> 0 and <= 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(KeepFraction), value, "The part must be above 0 and at most 1.");
    }

    /// <summary>
    /// Gets or sets what the cheap reranker is asked for, such as to read only the first tokens of each document; null for nothing in
    /// particular. What a call asks for goes to the full reranker alone.
    /// </summary>
    public RerankOptions? CheapOptions { get; set; }

    /// <summary>Gets or sets what becomes of the documents that the full reranker did not read.</summary>
    public CascadeRest Rest { get; set; }
}

/// <summary>What becomes of the documents that only the cheap reranker of a cascade has read.</summary>
public enum CascadeRest
{
    /// <summary>They are not among the results, whose scores are all the full reranker's, on its scale. The default.</summary>
    LeaveOut,

    /// <summary>
    /// They follow in the cheap reranker's order. As scores of two models cannot stand in one list, all scores are then reciprocal ranks,
    /// on <see cref="ScoreScale.Rank"/>.
    /// </summary>
    RankBelow,
}

/// <content>Adds a cheap first reranker to a chain.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Lets what lies inside read only the documents that a cheaper reranker finds best.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="cheap">Reads every document; the chain that is built owns it.</param>
    /// <param name="options">How the work is divided; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseCascade(this RerankerBuilder builder, IReranker cheap, CascadeRerankerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(cheap);
        return builder.Use(full => new CascadeReranker(cheap, full, options));
    }
}
