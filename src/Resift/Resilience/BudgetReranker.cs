namespace Resift;

/// <summary>Refuses calls once a limit of cost per hour is reached.</summary>
/// <remarks>
/// The cost of a call is known after it, so calls that were under way when the limit was reached still end, and the limit may be
/// exceeded by their cost. Put a fallback around it for a cheaper answer instead of an error. Safe for concurrent use.
/// </remarks>
public sealed class BudgetReranker : DelegatingReranker
{
    private static readonly TimeSpan _window = TimeSpan.FromHours(1);
    private static readonly TimeSpan _step = TimeSpan.FromSeconds(1);

    private readonly decimal _maxCostPerHour;
    private readonly Func<RerankResponse, decimal?> _cost;
    private readonly TimeProvider _timeProvider;

    // What was spent, in steps of a second so that their number is bounded; the oldest first.
    private readonly List<(DateTimeOffset Time, decimal Cost)> _spent = [];
    private readonly Lock _lock = new();
    private decimal _sum;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    /// <param name="maxCostPerHour">
    /// How much the calls of any hour may cost, in the currency that <paramref name="cost"/> counts in; above 0.
    /// </param>
    /// <param name="cost">
    /// What a call cost, by its response; null if unknown, which is an error rather than free. Such as its <see cref="RerankUsage.EstimatedCost"/>.
    /// </param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public BudgetReranker(
        IReranker innerReranker, decimal maxCostPerHour, Func<RerankResponse, decimal?> cost, TimeProvider? timeProvider = null)
        : base(innerReranker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxCostPerHour, 0);
        ArgumentNullException.ThrowIfNull(cost);
        _maxCostPerHour = maxCostPerHour;
        _cost = cost;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc />
    /// <exception cref="RerankerException">The limit is reached, or what the call cost is unknown.</exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        ThrowIfSpent();
        var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        Spend(_cost(response) ?? throw new RerankerException(
            $"What the call cost is unknown (model '{response.ModelId}'), so a budget of {_maxCostPerHour} an hour cannot be kept. Give a " +
            "cost function that knows the model's price."));
        return response;
    }

    private void ThrowIfSpent()
    {
        lock (_lock)
        {
            var now = _timeProvider.GetUtcNow();
            int old = _spent.FindIndex(step => now - step.Time < _window);
            old = old < 0 ? _spent.Count : old;
            _sum -= _spent.Take(old).Sum(step => step.Cost);
            _spent.RemoveRange(0, old);

            if (_sum >= _maxCostPerHour)
            {
                var wait = _spent[0].Time + _window - now;
                throw new RerankerException(
                    $"The budget of {_maxCostPerHour} an hour is spent: {_sum} in the last hour. The next call is possible in " +
                    $"{Math.Ceiling(wait.TotalSeconds)} s.")
                {
                    IsTransient = true,
                    RetryAfter = wait,
                };
            }
        }
    }

    private void Spend(decimal cost)
    {
        if (cost > 0)
        {
            lock (_lock)
            {
                var now = _timeProvider.GetUtcNow();
                _sum += cost;
                if (_spent is [.., var last] && now - last.Time < _step)
                {
                    _spent[^1] = (last.Time, last.Cost + cost);
                }
                else
                {
                    _spent.Add((now, cost));
                }
            }
        }
    }
}

/// <summary>Adds a budget to a chain of rerankers.</summary>
public static class BudgetRerankerBuilderExtensions
{
    /// <summary>
    /// Refuses calls to what lies inside once a limit of estimated cost per hour is reached: of <see cref="RerankUsage.EstimatedCost"/>, in
    /// US dollars.
    /// </summary>
    /// <param name="builder">The chain.</param>
    /// <param name="maxCostPerHour">How much the calls of any hour may cost; above 0.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseBudget(this RerankerBuilder builder, decimal maxCostPerHour) =>
        builder.UseBudget(maxCostPerHour, static response => response.Usage?.EstimatedCost);

    /// <summary>Refuses calls to what lies inside once a limit of cost per hour is reached.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="maxCostPerHour">How much the calls of any hour may cost; above 0.</param>
    /// <param name="cost">What a call cost, by its response; null if unknown, which is an error rather than free.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseBudget(this RerankerBuilder builder, decimal maxCostPerHour, Func<RerankResponse, decimal?> cost)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxCostPerHour, 0);
        ArgumentNullException.ThrowIfNull(cost);
        return builder.Use(inner => new BudgetReranker(inner, maxCostPerHour, cost));
    }
}
