namespace Resift;

/// <summary>How an <see cref="EnsembleReranker"/> joins the answers of its members.</summary>
public enum EnsembleMethod
{
    /// <summary>
    /// By ranks: the sum of weight / (60 + rank) over the members (Cormack, Clarke and Büttcher 2009). Fits members of any scales. The
    /// answer is on <see cref="ScoreScale.Rank"/>.
    /// </summary>
    ReciprocalRank,

    /// <summary>
    /// By scores: the weighted mean of the members' probabilities. Logits are converted; other scales are refused. The answer is on
    /// <see cref="ScoreScale.Probability"/>.
    /// </summary>
    MeanProbability,
}

/// <summary>A member of an ensemble.</summary>
/// <param name="Reranker">The reranker; owned by the ensemble.</param>
/// <param name="Weight">How much it counts beside the others; above 0.</param>
public sealed record EnsembleMember(IReranker Reranker, double Weight = 1);

/// <summary>Asks several rerankers at once and joins their answers.</summary>
/// <remarks>
/// If some members fail, the answer comes from the others and is marked as degraded; if all fail, the first failure is thrown. Usage is
/// summed. Safe for concurrent use if the members are.
/// </remarks>
public sealed class EnsembleReranker : IReranker
{
    private const int RankConstant = 60;

    private readonly EnsembleMember[] _members;
    private readonly EnsembleMethod _method;
    private readonly RerankerMetadata _metadata;

    /// <summary>Joins rerankers.</summary>
    /// <param name="members">The members, at least one.</param>
    /// <param name="method">How their answers are joined.</param>
    /// <exception cref="ArgumentException">
    /// There is no member, a weight is not above 0, or a member's scale does not fit the method.
    /// </exception>
    public EnsembleReranker(IReadOnlyList<EnsembleMember> members, EnsembleMethod method = EnsembleMethod.ReciprocalRank)
    {
        ArgumentNullException.ThrowIfNull(members);
        _members = [.. members];
        _method = method;
        if (_members is [] || _members.Any(member => member.Weight is not (> 0 and < double.PositiveInfinity)))
        {
            throw new ArgumentException(
                "An ensemble needs at least one member, and every weight must be a number above 0.", nameof(members));
        }

        var facts = _members.Select(member => member.Reranker.GetService<RerankerMetadata>()).ToArray();
        if (method == EnsembleMethod.MeanProbability &&
            facts.FirstOrDefault(fact => fact is not null && !fact.ScoreScale.CanConvertTo(ScoreScale.Probability)) is { } misfit)
        {
            throw new ArgumentException(
                $"'{misfit.DefaultModelId ?? misfit.ProviderName}' scores on the scale '{misfit.ScoreScale}', which has no probabilities " +
                $"to take the mean of. Use {nameof(EnsembleMethod.ReciprocalRank)}, or calibrate it.",
                nameof(members));
        }

        _metadata = new("resift.ensemble")
        {
            DefaultModelId = string.Join("+", facts.Select(fact => fact?.DefaultModelId ?? fact?.ProviderName ?? "unknown")),
            ScoreScale = method == EnsembleMethod.MeanProbability ? ScoreScale.Probability : ScoreScale.Rank,
            IsPointwise = method == EnsembleMethod.MeanProbability && facts.All(fact => fact?.IsPointwise ?? false),
            MaxDocuments = facts.Min(fact => fact?.MaxDocuments),
            MaxTokensPerPair = facts.Min(fact => fact?.MaxTokensPerPair),
        };
    }

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">
    /// A member answered on a scale that has no probabilities, and the method needs them.
    /// </exception>
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        var all = options.WithoutTopN();
        var calls = _members.Select(member => member.Reranker.StartAsync(query, documents, all, cancellationToken)).ToArray();
        await ((Task)Task.WhenAll(calls)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (calls.FirstOrDefault(call => IsCallersMistake(call, cancellationToken)) is { } mistake)
        {
            return await mistake.ConfigureAwait(false);
        }

        var answers = _members.Zip(calls).Where(pair => pair.Second.IsCompletedSuccessfully)
            .Select(pair => (pair.First.Weight, Response: pair.Second.Result)).ToArray();
        if (answers is [])
        {
            return await calls[0].ConfigureAwait(false);
        }

        double[] scores = _method == EnsembleMethod.MeanProbability
            ? MeanProbabilities(answers, documents.Count)
            : ReciprocalRanks(answers, documents.Count);
        var responses = answers.Select(answer => answer.Response);
        return RerankResponse.Create(Results(scores, responses), _metadata.ScoreScale, options?.TopN) with
        {
            ModelId = _metadata.DefaultModelId,
            Usage = RerankUsage.Sum([.. responses.Select(response => response.Usage ?? new())]),
            DegradedReason = Degradation(calls, answers),
            Stages = [.. responses],
            LlmReport = LlmRerankReport.Sum(responses.Select(response => response.LlmReport)),
        };
    }

    /// <inheritdoc />
    /// <remarks>Answers for <see cref="RerankerMetadata"/> and itself: the members' own services may contradict each other.</remarks>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(RerankerMetadata) ? _metadata
            : serviceType == typeof(ModelFingerprint) ? Fingerprint()
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc />
    public void Dispose() => Disposal.All(_members.Select(member => member.Reranker));

    // Known only if that of every member is.
    private ModelFingerprint? Fingerprint()
    {
        var members = _members.Select(member => member.Reranker.GetService<ModelFingerprint>()).ToArray();
        return members.Contains(null) ? null : ModelFingerprint.Create(
        [
            $"ensemble by {_method}",
            .. members.Zip(_members, (known, member) => FormattableString.Invariant($"{member.Weight} {known}")),
        ]);
    }

    private static bool IsCallersMistake(Task call, CancellationToken cancellationToken) =>
        call.Exception?.InnerException is { } error && !RerankFailures.MayBeAnswered(error, cancellationToken);

    // A window is the first member's that read the document in windows; unscored is what no member scored.
    private static IEnumerable<RerankResult> Results(double[] scores, IEnumerable<RerankResponse> responses)
    {
        var known = responses.SelectMany(response => response.Results).ToLookup(result => result.Index);
        return scores.Select((score, index) => new RerankResult(index, score)
        {
            Window = known[index].Select(result => result.Window).FirstOrDefault(window => window is not null),
            IsUnscored = known[index].All(result => result.IsUnscored),
        });
    }

    private static double[] ReciprocalRanks((double Weight, RerankResponse Response)[] answers, int count)
    {
        double[] scores = new double[count];
        foreach (var (weight, response) in answers)
        {
            int rank = 0;
            foreach (var result in response.Results)
            {
                scores[result.Index] += weight / (RankConstant + ++rank);
            }
        }

        return scores;
    }

    private static double[] MeanProbabilities((double Weight, RerankResponse Response)[] answers, int count)
    {
        double total = answers.Sum(answer => answer.Weight);
        double[] scores = new double[count];
        foreach (var (weight, response) in answers)
        {
            foreach (var (index, score) in response.Results)
            {
                scores[index] += weight / total * response.ScoreScale.Convert(score, ScoreScale.Probability);
            }
        }

        // The weights' sum may exceed 1 by a rounding.
        return [.. scores.Select(score => Math.Min(score, 1))];
    }

    private static string? Degradation(Task<RerankResponse>[] calls, (double Weight, RerankResponse Response)[] answers)
    {
        string[] reasons =
        [
            .. calls.Where(call => !call.IsCompletedSuccessfully)
                .Select(call => $"a member failed: {call.Exception?.InnerException?.Message ?? "cancelled"}"),
            .. answers.Select(answer => answer.Response.DegradedReason).OfType<string>(),
        ];
        return reasons is [] ? null : string.Join("; ", reasons);
    }
}

/// <content>Adds an ensemble to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Asks other rerankers together with what lies inside, which has the weight 1, and joins their answers.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="others">The other members; the chain owns them.</param>
    /// <param name="method">How the answers are joined.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseEnsemble(
        this RerankerBuilder builder, IReadOnlyList<EnsembleMember> others, EnsembleMethod method = EnsembleMethod.ReciprocalRank)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(others);
        return builder.Use(inner => new EnsembleReranker([new(inner), .. others], method));
    }
}
