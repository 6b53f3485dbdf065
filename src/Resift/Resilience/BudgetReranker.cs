namespace Resift;

/// <summary>Refuses calls once a limit of cost per hour is reached.</summary>
/// <remarks>
/// The cost of a call is known after it, so calls that were under way when the limit was reached still end, and the limit may be
/// exceeded by their cost. A call whose cost is unknown still gets its answer, which is paid for; but with unknown costs no budget can be
/// kept, so further calls are refused for an hour. Put a fallback around it for a cheaper answer instead of an error. Safe for concurrent
/// use.
/// </remarks>
public sealed class BudgetReranker : DelegatingReranker
{
    private static readonly TimeSpan _window = TimeSpan.FromHours(1);
    private static readonly TimeSpan _step = TimeSpan.FromSeconds(1);

    private readonly decimal _maxCostPerHour;
    private readonly Func<RerankResponse, decimal?> _cost;
    private readonly Action<string>? _onSpent;
    private readonly TimeProvider _timeProvider;

    // What was spent, in steps of a second so that their number is bounded; the oldest first.
    private readonly List<(DateTimeOffset Time, decimal Cost)> _spent = [];
    private readonly Lock _lock = new();
    private decimal _sum;
    private (DateTimeOffset Time, string? Model)? _unknown;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    /// <param name="maxCostPerHour">
    /// How much the calls of any hour may cost, in the currency of <see cref="BudgetRerankerOptions.Cost"/>; above 0.
    /// </param>
    /// <param name="options">What a call costs, and who learns of a spent budget; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public BudgetReranker(IReranker innerReranker, decimal maxCostPerHour, BudgetRerankerOptions? options = null)
        : base(innerReranker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxCostPerHour, 0);
        options ??= new();
        _maxCostPerHour = maxCostPerHour;
        (_cost, _onSpent, _timeProvider) = (options.Cost, options.OnSpent, options.TimeProvider);
    }

    /// <inheritdoc />
    /// <exception cref="RerankerRejectedException">The limit is reached, or what an earlier call cost is unknown.</exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        ThrowIfSpent();
        var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        if (Spend(response))
        {
            _onSpent?.Invoke($"The budget of {_maxCostPerHour} an hour is spent; calls are refused until the hour has passed.");
        }

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
            if (_unknown is { } unknown && now - unknown.Time < _window)
            {
                throw new RerankerRejectedException(
                    $"What a call to the model '{unknown.Model}' cost is unknown, so a budget of {_maxCostPerHour} an hour cannot be " +
                    $"kept. Set {nameof(BudgetRerankerOptions)}.{nameof(BudgetRerankerOptions.Cost)} to a function that knows the " +
                    "model's price.");
            }

            if (_sum >= _maxCostPerHour)
            {
                var wait = TimeOfNextCall() - now;
                throw new RerankerRejectedException(
                    $"The budget of {_maxCostPerHour} an hour is spent: {_sum} in the last hour. The next call is possible in " +
                    $"{Math.Ceiling(wait.TotalSeconds)} s.")
                {
                    IsTransient = true,
                    RetryAfter = wait,
                };
            }
        }
    }

    // When so much has become older than an hour that the rest is below the limit.
    private DateTimeOffset TimeOfNextCall()
    {
        decimal left = _sum;
        int last = _spent.FindIndex(step => (left -= step.Cost) < _maxCostPerHour);
        return _spent[last].Time + _window;
    }

    /// <summary>Books a call.</summary>
    /// <returns>Whether it was the one that reached the limit.</returns>
    private bool Spend(RerankResponse response)
    {
        decimal? cost = _cost(response);
        lock (_lock)
        {
            var now = _timeProvider.GetUtcNow();
            if (cost is not { } known)
            {
                _unknown = (now, response.ModelId);
                return false;
            }

            if (known <= 0)
            {
                return false;
            }

            bool wasBelow = _sum < _maxCostPerHour;
            _sum += known;
            if (_spent is [.., var last] && now - last.Time < _step)
            {
                _spent[^1] = (last.Time, last.Cost + known);
            }
            else
            {
                _spent.Add((now, known));
            }

            return wasBelow && _sum >= _maxCostPerHour;
        }
    }
}

/// <summary>How a <see cref="BudgetReranker"/> counts.</summary>
public sealed class BudgetRerankerOptions
{
    /// <summary>
    /// Gets or sets what a call cost, by its response; null if unknown. By default its
    /// <see cref="RerankUsage.EstimatedCost"/>, in US dollars.
    /// </summary>
    public Func<RerankResponse, decimal?> Cost
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = static response => response.Usage?.EstimatedCost;

    /// <summary>
    /// Gets or sets what learns, by a sentence, that the budget is spent from now on; called by the call that spent the rest. What it
    /// throws ends that call. Null for nothing.
    /// </summary>
    public Action<string>? OnSpent { get; set; }

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

/// <content>A budget.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Refuses calls to what lies inside once a limit of cost per hour is reached.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="maxCostPerHour">
    /// How much the calls of any hour may cost, above 0, in the currency of <see cref="BudgetRerankerOptions.Cost"/>: US dollars by
    /// default.
    /// </param>
    /// <param name="options">What a call costs, and who learns of a spent budget; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseBudget(this RerankerBuilder builder, decimal maxCostPerHour, BudgetRerankerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxCostPerHour, 0);
        return builder.Use(inner => new BudgetReranker(inner, maxCostPerHour, options));
    }
}
