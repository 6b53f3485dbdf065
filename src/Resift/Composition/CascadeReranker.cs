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
/// <see cref="CascadeStagesExtensions.CascadeStages"/> tells what each stage scored. <see cref="RerankUsage"/> is the sum of both; its truncated
/// documents are those of the full stage. A response is degraded if one of its stages is.
/// </para>
/// </remarks>
public sealed class CascadeReranker : DelegatingReranker
{
    /// <summary>The additional property of a response that holds its <see cref="Resift.CascadeStages"/>.</summary>
    public const string StagesKey = "cascade_stages";

    private readonly IReranker _cheap;
    private readonly CascadeRerankerOptions _options;

    /// <summary>Joins two rerankers.</summary>
    /// <param name="cheap">Reads every document; owned from now on.</param>
    /// <param name="full">Reads the best documents; owned from now on. It may be the same as the cheap one, which then reads less.</param>
    /// <param name="options">How the work is divided; null for the defaults.</param>
    public CascadeReranker(IReranker cheap, IReranker full, CascadeRerankerOptions? options = null)
        : base(full)
    {
        ArgumentNullException.ThrowIfNull(cheap);
        _cheap = cheap;
        _options = options ?? new();
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        int keep = Math.Max(_options.Keep, (int)Math.Ceiling(documents.Count * (_options.KeepFraction ?? 0)));
        if (_options.Rest == CascadeRest.LeaveOut)
        {
            keep = Math.Max(keep, options?.TopN ?? 0);
        }

        RerankResponse? cheap = null;
        int[] kept = [.. Enumerable.Range(0, documents.Count)];
        if (keep < documents.Count)
        {
            cheap = await _cheap.RerankAsync(query, documents, CheapOptions(), cancellationToken).ConfigureAwait(false);
            kept = [.. cheap.Results.Take(keep).Select(result => result.Index).Order()];
        }

        var fullOptions = options?.Clone();
        if (fullOptions is not null)
        {
            fullOptions.TopN = null;
        }

        var full = await base.RerankAsync(query, [.. kept.Select(index => documents[index])], fullOptions, cancellationToken).ConfigureAwait(false);
        full = full.MapIndices(index => kept[index]);
        var stages = new CascadeStages(cheap is null ? 0 : cheap.Usage?.Pairs ?? documents.Count, full.Usage?.Pairs ?? kept.Length)
        {
            Cheap = cheap,
            Full = full,
        };
        return Join(stages, options?.TopN);
    }

    /// <inheritdoc />
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        object? service = base.GetService(serviceType, serviceKey);
        return (serviceKey, service) switch
        {
            (null, RerankerMetadata full) when serviceType == typeof(RerankerMetadata) => full with
            {
                ScoreScale = _options.Rest == CascadeRest.RankBelow ? ScoreScale.Rank : full.ScoreScale,
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
        if (disposing)
        {
            _cheap.Dispose();
        }

        base.Dispose(disposing);
    }

    // Options may hold anything, so that no text tells them apart.
    private ModelFingerprint? Fingerprint(ModelFingerprint full) =>
        _options.CheapOptions is null && _cheap.GetService<ModelFingerprint>() is { } cheap
            ? full.Derive(FormattableString.Invariant($"best {_options.Keep} or {_options.KeepFraction} of {cheap}, rest: {_options.Rest}"))
            : null;

    private RerankOptions? CheapOptions()
    {
        var options = _options.CheapOptions?.Clone();
        if (options is not null)
        {
            options.TopN = null;
        }

        return options;
    }

    private RerankResponse Join(CascadeStages stages, int? topN)
    {
        var full = stages.Full;
        var response = _options.Rest == CascadeRest.RankBelow
            ? RerankResponse.Create(Ranks(stages), ScoreScale.Rank, topN)
            : RerankResponse.Create(full.Results, full.ScoreScale, topN);
        return response with
        {
            ModelId = full.ModelId,
            DegradedReason = full.DegradedReason ?? stages.Cheap?.DegradedReason,
            Usage = Usage(stages),
            AdditionalProperties = new(full.AdditionalProperties ?? []) { [StagesKey] = stages },
        };
    }

    private static IEnumerable<RerankResult> Ranks(CascadeStages stages) => stages.Full.Results
        .Select(result => result.Index)
        .Union(stages.Cheap?.Results.Select(result => result.Index) ?? [])
        .Select((index, place) => new RerankResult(index, 1.0 / (place + 1)));

    private static RerankUsage? Usage(CascadeStages stages) => (stages.Cheap?.Usage, stages.Full.Usage) switch
    {
        (null, var full) => stages.Cheap is null ? full : null,
        (_, null) => null,
        (var cheap, var full) => full with
        {
            Pairs = cheap.Pairs + full.Pairs,
            InputTokens = cheap.InputTokens + full.InputTokens,
            SearchUnits = cheap.SearchUnits is null ? full.SearchUnits : cheap.SearchUnits + (full.SearchUnits ?? 0),
            EstimatedCost = cheap.EstimatedCost + full.EstimatedCost,
            QueryTokensCut = Math.Max(cheap.QueryTokensCut, full.QueryTokensCut),
        },
    };
}

/// <summary>Adds a cheap first reranker to a chain.</summary>
public static class CascadeRerankerBuilderExtensions
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
