using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Resift.Orleans.Calls;
using Resift.Orleans.Wire;

namespace Resift;

/// <summary>A reranker whose calls run on the silos of an Orleans cluster that hold the model.</summary>
/// <remarks>
/// <para>
/// A call goes to the less loaded of two silos. A large one is split by tokens over silos that score alike, to the bit, and merged, if the
/// model scores each document on its own. Where a silo refuses, fails, dies or is silent, another gets its part while there is time; of two
/// answers to one part the first counts. A call ends by <see cref="OrleansRerankerOptions.Deadline"/>.
/// </para>
/// <para>
/// Safe for concurrent use. Disposing it ends its calls with an <see cref="ObjectDisposedException"/>; the cluster's client is not its own.
/// Options travel as <see cref="RerankOptions"/>, without what a derived class adds. Texts travel as UTF-8, so that half a surrogate pair
/// arrives as U+FFFD. Of a response's additional properties those that are no text, number or truth value arrive as their text.
/// </para>
/// </remarks>
internal sealed class OrleansReranker : IReranker
{
    /// <summary>The name of the provider in the metadata.</summary>
    public const string ProviderName = "resift.orleans";

    private readonly string _name;
    private readonly OrleansRerankerOptions _options;
    private readonly ClusterBoard _board;
    private readonly ILogger<OrleansReranker> _logger;
    private readonly CancellationTokenSource _disposal = new();

    public OrleansReranker(string name, OrleansRerankerOptions options, ClusterBoard board, ILogger<OrleansReranker> logger) =>
        (_name, _options, _board, _logger) = (name, options, board, logger);

    /// <inheritdoc />
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        ObjectDisposedException.ThrowIf(_disposal.IsCancellationRequested, this);
        cancellationToken.ThrowIfCancellationRequested();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        stop.CancelAfter(_options.Deadline);
        try
        {
            return await RerankAsync(new(query, documents, options), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(_disposal.IsCancellationRequested, this);
            throw new RerankerException($"No silo answered within {_options.Deadline.TotalSeconds:0.###} s, the deadline. Of " +
                $"{_board.Silos.Count} active silos {_board.Silos.Count(silo => silo.Held(_name) is not null)} hold '{_name}', and " +
                $"{_board.Silos.Count(silo => silo.IsSilent)} do not answer. Give calls more time, or the cluster more silos.")
            {
                IsTransient = true,
            };
        }
    }

    /// <inheritdoc />
    /// <remarks>
    /// Answers for <see cref="RerankerMetadata"/> and <see cref="ModelFingerprint"/> by what the silos have said until now; before they
    /// have, the scale is unspecified and there is no fingerprint.
    /// </remarks>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType switch
        {
            _ when serviceKey is not null => null,
            _ when serviceType == typeof(RerankerMetadata) =>
                SiloChoice.Find(_name, _board)?.Report.ToMetadata() ?? new RerankerMetadata(ProviderName),
            _ when serviceType == typeof(ModelFingerprint) => Fingerprint(),
            _ => serviceType.IsInstanceOfType(this) ? this : null,
        };
    }

    /// <inheritdoc />
    // The source is not disposed: calls that are ending still look at its token.
    public void Dispose() => _disposal.Cancel();

    // Only while all silos have the same: during an update either may answer.
    private ModelFingerprint? Fingerprint()
    {
        string?[] all = [.. _board.Silos.Select(silo => silo.Held(_name)).OfType<HeldReport>().Select(held => held.Fingerprint).Distinct()];
        return all is [{ } value] ? new(value) : null;
    }

    private async Task<RerankResponse> RerankAsync(OrleansCall call, CancellationTokenSource stop)
    {
        long started = Stopwatch.GetTimestamp();
        var choice = await FindAsync(stop.Token).ConfigureAwait(false);
        var report = choice.Report;
        if (call.Documents.Count == 0)
        {
            return RerankResponse.Create(Array.Empty<double>(), (ScoreScale)report.ScoreScale, topN: null) with
            {
                ModelId = report.DefaultModelId,
                Usage = RerankUsage.None,
            };
        }

        using var span = OrleansTelemetry.Source.StartActivity("rerank on cluster", ActivityKind.Client);
        long[] tokens = TokenSplit.Count(call.Query, call.Documents, call.Options, report.MaxTokensPerPair);
        long parallel = report.CanSplit(call.Options?.ModelId) ? Math.Clamp(tokens.Sum() / _options.PartTokens, 1, 1000) : 1;
        var silos = choice.ForParts((int)parallel);
        var ranges = TokenSplit.Cut(tokens, Math.Max(1, silos.Length));
        var wireOptions = WireOptions.From(call.Options);
        PartCall[] parts =
        [
            .. ranges.Select(range => new PartCall(
                choice,
                _options,
                _options.Deadline - Stopwatch.GetElapsedTime(started),
                left => call.Part(_name, report.Revision, range, wireOptions, left, span?.Id),
                _logger)),
        ];
        try
        {
            var responses = await AllAsync(
                [.. parts.Select((part, i) => part.RunAsync(ranges.Count == 1 ? null : silos[i], ranges[i].Start, stop.Token))],
                stop).ConfigureAwait(false);
            return responses is [var only]
                ? only
                : RerankResponse.Merge(
                    [.. responses.Select((response, part) => response.MapIndices(index => index + ranges[part].Start))],
                    call.Options?.TopN);
        }
        catch (Exception error) when (span is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, error.GetType().FullName);
            throw;
        }
        finally
        {
            span?.SetTag(OrleansTelemetry.Name, _name)
                .SetTag(OrleansTelemetry.Documents, call.Documents.Count)
                .SetTag(OrleansTelemetry.Tokens, tokens.Sum())
                .SetTag(OrleansTelemetry.Parts, parts.Length)
                .SetTag(OrleansTelemetry.Attempts, parts.Sum(part => part.Attempts));
        }
    }

    // The first part that fails ends the others: half an order is of no use.
    private static async Task<RerankResponse[]> AllAsync(Task<RerankResponse>[] parts, CancellationTokenSource stop)
    {
        await foreach (var part in Task.WhenEach(parts).ConfigureAwait(false))
        {
            if (!part.IsCompletedSuccessfully)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll((IEnumerable<Task>)parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await part.ConfigureAwait(false);
            }
        }

        return await Task.WhenAll(parts).ConfigureAwait(false);
    }

    private async Task<SiloChoice> FindAsync(CancellationToken cancellationToken)
    {
        if (SiloChoice.Find(_name, _board) is { } known)
        {
            return known;
        }

        await _board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return SiloChoice.Find(_name, _board) ?? throw new RerankerException(
            $"None of {_board.Silos.Count} active silos holds a reranker '{_name}'; " +
            $"call siloBuilder.AddReranker(\"{_name}\", …) where the model is to run.")
        {
            IsTransient = true,
        };
    }
}

/// <summary>What is asked of the cluster.</summary>
internal sealed record OrleansCall(string Query, IReadOnlyList<string> Documents, RerankOptions? Options)
{
    /// <summary>Creates the work of one part, each time it is sent: with an id of its own, and the time that is left then.</summary>
    public RerankWork Part(string name, string revision, DocumentRange range, WireOptions options, TimeSpan timeLeft, string? traceParent)
    {
        return new()
        {
            Id = Guid.NewGuid(),
            Name = name,
            Revision = revision,
            Tokens = range.Tokens,
            TimeLeft = timeLeft,
            TraceParent = traceParent,
            Query = Query,
            Documents = [.. Documents.Skip(range.Start).Take(range.Count)],
            Options = options,
        };
    }
}
