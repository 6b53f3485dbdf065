namespace Resift;

/// <summary>
/// Two rerankers in a row: a cheap one reads every document, and the full one, the inner reranker, only the best of them (Matveeva et al.,
/// 2006, "High accuracy retrieval with multiple nested ranker").
/// </summary>
/// <remarks>
/// <para>
/// The results are those that the full reranker scored, and the rest is left out, unless <see cref="CascadeRerankerOptions.Rest"/> says
/// otherwise. A call that names its number of results by <see cref="RerankOptions.TopN"/> gets as many. Where the full reranker is to read
/// everything anyway, the cheap one is not asked, unless <see cref="CascadeRerankerOptions.Patience"/> may end the reading.
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
    private readonly int? _patience;
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
        (_keep, _keepFraction, _patience) = (options.Keep, options.KeepFraction, options.Patience);
        (_rest, _cheapOptions) = (options.Rest, options.CheapOptions?.WithoutTopN());
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

        keep = Math.Min(keep, documents.Count);
        int part = SizeOfPart(keep, options?.TopN);
        RerankResponse? cheap = null;
        int[] kept = [.. Enumerable.Range(0, keep)];
        if (keep < documents.Count || part < keep)
        {
            cheap = await _cheap.RerankAsync(query, documents, _cheapOptions?.Clone(), cancellationToken).ConfigureAwait(false);
            kept = [.. cheap.Results.Take(keep).Select(result => result.Index)];
        }

        List<RerankResponse> parts = [];
        for (int start = 0; start == 0 || start < kept.Length; start += part)
        {
            // In the caller's order, as a listwise reranker is to see it.
            int[] read = [.. kept.Skip(start).Take(part).Order()];
            string[] texts = [.. read.Select(index => documents[index])];
            var answer = await base.RerankAsync(query, texts, options.WithoutTopN(), cancellationToken).ConfigureAwait(false);
            parts.Add(answer.MapIndices(index => read[index]));
            if (start > 0 && !RerankResponse.Merge(parts, options?.TopN).Results.Any(result => read.Contains(result.Index)))
            {
                break;
            }
        }

        return Join(cheap, parts is [var only] ? only : RerankResponse.Merge(parts, topN: null), options?.TopN);
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

    // All at once, unless the reading may end before, which asks for scores that do not depend on what else is read.
    private int SizeOfPart(int keep, int? topN) =>
        _patience is { } patience && topN is { } wanted && InnerReranker.GetService<RerankerMetadata>() is { IsPointwise: true }
            ? Math.Max(patience, wanted)
            : Math.Max(1, keep);

    // Options may hold anything, so that no text tells them apart.
    private ModelFingerprint? Fingerprint(ModelFingerprint full) =>
        _cheapOptions is null && _cheap.GetService<ModelFingerprint>() is { } cheap
            ? full.Derive(FormattableString.Invariant($"best {_keep} or {_keepFraction} of {cheap}, patience {_patience}, rest: {_rest}"))
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
    /// Gets or sets after how many documents in a row that did not get among the best <see cref="RerankOptions.TopN"/> the full reranker
    /// stops reading, in the cheap one's order; null, the default, to read all that are kept.
    /// </summary>
    /// <remarks>
    /// It reads that many at once, or as many as are wanted if that is more. It has no effect where a call names no
    /// <see cref="RerankOptions.TopN"/>, or where the full reranker is not pointwise.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Patience
    {
        get;
        set => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Patience), value, "At least 1 document must be read before the end.");
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
