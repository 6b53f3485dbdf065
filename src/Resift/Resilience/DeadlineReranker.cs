namespace Resift;

/// <summary>Answers by a deadline: what is scored in time is ranked first, the rest keeps its order behind.</summary>
/// <remarks>
/// <para>
/// The documents go inward in parts, in their order, so that the first stage's best are scored first. A document that was not scored in
/// time is marked (<see cref="RerankResult.IsUnscored"/>) and gets the lowest score of the scale (0 as a probability, -1 as a cosine,
/// negative infinity elsewhere); the answer is marked as degraded.
/// </para>
/// <para>
/// If nothing at all is scored in time, the call fails: a reranker that hangs must not look like one that answers. A fallback around the
/// deadline asks another reranker then, or keeps the order in which the documents came.
/// </para>
/// <para>
/// A listwise reranker gets all documents at once, as does any in a call that names another model than its default: it is in time with
/// all or with none. Work that has begun at the deadline is cancelled and not waited for. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed class DeadlineReranker : DelegatingReranker
{
    private readonly TimeSpan _deadline;
    private const int LocalBatchSize = 8;

    private readonly int? _batchSize;
    private readonly int _maxConcurrency;
    private readonly TimeProvider _timeProvider;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the parts; owned from now on.</param>
    /// <param name="deadline">How long a call may take; above 0, and at most 49 days.</param>
    /// <param name="options">How the documents are cut into parts; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is not above 0, or longer than a timer runs.</exception>
    public DeadlineReranker(IReranker innerReranker, TimeSpan deadline, DeadlineRerankerOptions? options = null)
        : base(innerReranker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(deadline, TimeSpan.FromDays(49));
        _deadline = deadline;
        options ??= new();
        (_batchSize, _maxConcurrency, _timeProvider) = (options.BatchSize, options.MaxConcurrency, options.TimeProvider);
    }

    /// <inheritdoc />
    /// <exception cref="RerankerException">No document was scored in time; it is transient.</exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        cancellationToken.ThrowIfCancellationRequested();
        var all = options.WithoutTopN();
        var metadata = InnerReranker.GetService<RerankerMetadata>();
        int partSize = metadata.IsPointwiseFor(options)
            ? _batchSize ?? metadata?.MaxDocumentsPerRequest ?? LocalBatchSize
            : Math.Max(1, documents.Count);
        var parts = new DeadlineParts(documents.Count, partSize);
        // Not linked to a source that this method disposes: workers may look at their token after the deadline.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Task.WhenAll(Enumerable.Range(0, Math.Min(_maxConcurrency, parts.Count))
            .Select(_ => Task.Run(() => WorkAsync(query, documents, all, parts, stop), CancellationToken.None)));
        await Task.WhenAny(workers, Task.Delay(_deadline, _timeProvider, stop.Token)).ConfigureAwait(false);
        // The timer and the work that is left end in the background; the source goes when they have.
        _ = Task.WhenAll(workers, stop.CancelAsync()).ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                stop.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        parts.ThrowIfFailed();
        return parts.Answer(metadata?.ScoreScale ?? ScoreScale.Unspecified, options?.TopN, _deadline);
    }

    private async Task WorkAsync(
        string query, IReadOnlyList<string> documents, RerankOptions options, DeadlineParts parts, CancellationTokenSource stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && parts.TryTake(out int part, out var range))
            {
                var (offset, count) = range.GetOffsetAndLength(documents.Count);
                string[] texts = [.. documents.Skip(offset).Take(count)];
                parts.Add(part, offset, await InnerReranker.RerankAsync(query, texts, options, stop.Token).ConfigureAwait(false));
            }
        }
        catch (Exception error)
        {
            // What fails because it was told to stop is no failure of the call.
            if (!stop.IsCancellationRequested)
            {
                parts.Fail(error);
            }

            // The call has failed as a whole: the other parts would be scored for nothing, and its answer need not wait for them.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}

/// <summary>How a <see cref="DeadlineReranker"/> cuts a call into parts.</summary>
public sealed class DeadlineRerankerOptions
{
    /// <summary>
    /// Gets or sets how many documents go inward at once; null for as many as the reranker says go to its provider in one request
    /// (<see cref="RerankerMetadata.MaxDocumentsPerRequest"/>), which is billed by the request as a rule, and 8 where there is no provider.
    /// Fewer lose less at the deadline, more are scored faster.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? BatchSize
    {
        get;
        set => field = value is null ? null : AtLeastOne(value.Value, nameof(BatchSize));
    }

    /// <summary>Gets or sets how many parts of one call are under way at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxConcurrency
    {
        get;
        set => field = AtLeastOne(value, nameof(MaxConcurrency));
    } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    private static int AtLeastOne(int value, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}

/// <content>Adds a deadline to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Answers by a deadline, with what was scored in time ranked first.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="deadline">How long a call to what lies inside may take; above 0.</param>
    /// <param name="options">How the documents are cut into parts; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseDeadline(this RerankerBuilder builder, TimeSpan deadline, DeadlineRerankerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        return builder.Use(inner => new DeadlineReranker(inner, deadline, options));
    }
}
