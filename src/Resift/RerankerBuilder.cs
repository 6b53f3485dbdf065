namespace Resift;

/// <summary>Builds a chain of rerankers: middleware around an innermost one.</summary>
/// <remarks>
/// The first <c>Use</c> is the outermost: <c>reranker.AsBuilder().UseLogging().UseOpenTelemetry().Build()</c> logs around the telemetry.
/// Disposing what <see cref="Build"/> gives disposes the whole chain, the innermost reranker included.
/// </remarks>
public sealed class RerankerBuilder
{
    private readonly Func<IServiceProvider, IReranker> _innerRerankerFactory;
    private readonly List<Func<IReranker, IServiceProvider, IReranker>> _middleware = [];

    /// <summary>Starts a chain around a reranker.</summary>
    /// <param name="innerReranker">The innermost reranker.</param>
    public RerankerBuilder(IReranker innerReranker)
    {
        ArgumentNullException.ThrowIfNull(innerReranker);
        _innerRerankerFactory = _ => innerReranker;
    }

    /// <summary>Starts a chain around a reranker that is made when the chain is built.</summary>
    /// <param name="innerRerankerFactory">Makes the innermost reranker; called once per <see cref="Build"/>.</param>
    public RerankerBuilder(Func<IServiceProvider, IReranker> innerRerankerFactory)
    {
        ArgumentNullException.ThrowIfNull(innerRerankerFactory);
        _innerRerankerFactory = innerRerankerFactory;
    }

    /// <summary>Adds middleware inside of what was added before.</summary>
    /// <param name="rerankerFactory">Wraps the reranker it gets, or gives it back as it is.</param>
    /// <returns>This builder.</returns>
    public RerankerBuilder Use(Func<IReranker, IReranker> rerankerFactory)
    {
        ArgumentNullException.ThrowIfNull(rerankerFactory);
        return Use((inner, _) => rerankerFactory(inner));
    }

    /// <summary>Adds middleware that needs services inside of what was added before.</summary>
    /// <param name="rerankerFactory">Wraps the reranker it gets, or gives it back as it is.</param>
    /// <returns>This builder.</returns>
    public RerankerBuilder Use(Func<IReranker, IServiceProvider, IReranker> rerankerFactory)
    {
        ArgumentNullException.ThrowIfNull(rerankerFactory);
        _middleware.Add(rerankerFactory);
        return this;
    }

    /// <summary>Adds middleware that is one function, inside of what was added before.</summary>
    /// <param name="rerank">
    /// Answers a call, given the query, the documents, the call's options and the reranker inside, which it may ask, or ask otherwise. It
    /// must be safe for concurrent use, and forward the token.
    /// </param>
    /// <returns>This builder.</returns>
    /// <remarks>
    /// Metadata and services are those of the reranker inside. A function that changes scores makes them a lie, above all the
    /// <see cref="ModelFingerprint"/> that caches go by: write a <see cref="DelegatingReranker"/> then.
    /// </remarks>
    public RerankerBuilder Use(
        Func<string, IReadOnlyList<string>, RerankOptions?, IReranker, CancellationToken, Task<RerankResponse>> rerank)
    {
        ArgumentNullException.ThrowIfNull(rerank);
        return Use((inner, _) => new FunctionReranker(inner, rerank));
    }

    /// <summary>Builds the chain.</summary>
    /// <param name="services">Where middleware finds its services; null for none.</param>
    /// <returns>The outermost reranker; whoever builds it disposes it.</returns>
    /// <exception cref="InvalidOperationException">A factory gave null.</exception>
    public IReranker Build(IServiceProvider? services = null)
    {
        services ??= NoServices.Instance;
        var reranker = _innerRerankerFactory(services)
            ?? throw new InvalidOperationException("The factory of the innermost reranker gave null; a reranker was expected.");
        for (int i = _middleware.Count - 1; i >= 0; i--)
        {
            reranker = _middleware[i](reranker, services)
                ?? throw new InvalidOperationException($"The middleware added by Use number {i + 1} gave null; a reranker was expected. " +
                    "Middleware with nothing to add gives back the reranker that it got.");
        }

        return reranker;
    }

    private sealed class FunctionReranker(
        IReranker innerReranker,
        Func<string, IReadOnlyList<string>, RerankOptions?, IReranker, CancellationToken, Task<RerankResponse>> rerank)
        : DelegatingReranker(innerReranker)
    {
        public override Task<RerankResponse> RerankAsync(
            string query,
            IReadOnlyList<string> documents,
            RerankOptions? options = null,
            CancellationToken cancellationToken = default)
        {
            RerankArguments.ThrowIfInvalid(query, documents);
            return rerank(query, documents, options, InnerReranker, cancellationToken);
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}

/// <summary>Starts chains of rerankers, and adds middleware to them.</summary>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Starts a chain of middleware around this reranker.</summary>
    /// <param name="innerReranker">The innermost reranker; the chain that is built owns it.</param>
    /// <returns>The builder.</returns>
    public static RerankerBuilder AsBuilder(this IReranker innerReranker) => new(innerReranker);
}
