using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resift;

/// <summary>Logs every call: its size, model, duration and outcome at Debug, degraded answers as warnings, failures as errors.</summary>
/// <remarks>The query and the documents are logged at Trace only, which must stay off where they are confidential.</remarks>
public sealed partial class LoggingReranker : DelegatingReranker
{
    private readonly ILogger _logger;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    /// <param name="logger">Where to log.</param>
    public LoggingReranker(IReranker innerReranker, ILogger logger)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            string? model = options?.ModelId ?? InnerReranker.GetService<RerankerMetadata>()?.DefaultModelId;
            LogInvoked(documents.Count, model, options?.TopN);
            LogContent(query, documents);
        }

        long started = Stopwatch.GetTimestamp();
        try
        {
            var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
            LogResponse(response, Stopwatch.GetElapsedTime(started));
            return response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogCancelled(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            throw;
        }
        catch (Exception error)
        {
            LogFailed(Stopwatch.GetElapsedTime(started).TotalMilliseconds, error);
            throw;
        }
    }

    private void LogResponse(RerankResponse response, TimeSpan elapsed)
    {
        LogCompleted(response.Results.Count, response.ModelId, elapsed.TotalMilliseconds, response.Usage?.TruncatedDocuments.Count);
        if (response.DegradedReason is { } reason)
        {
            LogDegraded(reason);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Rerank invoked: {DocumentCount} documents, model {Model}, top {TopN}.")]
    private partial void LogInvoked(int documentCount, string? model, int? topN);

    [LoggerMessage(LogLevel.Trace, "Rerank query: {Query} Documents: {Documents}")]
    private partial void LogContent(string query, IReadOnlyList<string> documents);

    [LoggerMessage(
        LogLevel.Debug,
        "Rerank completed: {ResultCount} results, model {Model}, {ElapsedMilliseconds:0.0} ms, {TruncatedCount} documents truncated.")]
    private partial void LogCompleted(int resultCount, string? model, double elapsedMilliseconds, int? truncatedCount);

    [LoggerMessage(LogLevel.Warning, "Rerank answer is degraded: {Reason}")]
    private partial void LogDegraded(string reason);

    [LoggerMessage(LogLevel.Debug, "Rerank cancelled after {ElapsedMilliseconds:0.0} ms.")]
    private partial void LogCancelled(double elapsedMilliseconds);

    [LoggerMessage(LogLevel.Error, "Rerank failed after {ElapsedMilliseconds:0.0} ms.")]
    private partial void LogFailed(double elapsedMilliseconds, Exception error);
}

/// <content>Adds logging to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Logs every call to what lies inside.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="loggerFactory">Makes the logger; null for the factory among the services given to the chain.</param>
    /// <returns>
    /// The same builder. Where nobody logs, because there is no factory or it is <see cref="NullLoggerFactory"/>, nothing is wrapped.
    /// </returns>
    public static RerankerBuilder UseLogging(this RerankerBuilder builder, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var factory = loggerFactory ?? services.GetService<ILoggerFactory>();
            return factory is null or NullLoggerFactory ? inner : new LoggingReranker(inner, factory.CreateLogger<LoggingReranker>());
        });
    }
}
