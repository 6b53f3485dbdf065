namespace Resift;

/// <summary>A reranker that passes every call to an inner one: the base class of middleware.</summary>
/// <remarks>Disposing it disposes the inner reranker.</remarks>
public abstract class DelegatingReranker : IReranker
{
    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    protected DelegatingReranker(IReranker innerReranker)
    {
        ArgumentNullException.ThrowIfNull(innerReranker);
        InnerReranker = innerReranker;
    }

    /// <summary>Gets the reranker that gets the calls.</summary>
    protected IReranker InnerReranker { get; }

    /// <inheritdoc />
    public virtual Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default) =>
        InnerReranker.RerankAsync(query, documents, options, cancellationToken);

    /// <inheritdoc />
    public virtual object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : InnerReranker.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the inner reranker.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            InnerReranker.Dispose();
        }
    }
}
