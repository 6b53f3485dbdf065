using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Resift.Orleans.Wire;

namespace Resift.Orleans.Silos;

/// <summary>One reranker of this silo: bounds what is under way at it, and turns whatever it does into an answer.</summary>
internal sealed class HeldReranker : IDisposable
{
    private readonly IReranker _reranker;
    private readonly SiloRerankerOptions _options;
    private readonly RerankerMetadata? _metadata;
    private readonly string? _fingerprint;
    private long _queuedTokens;

    /// <summary>Takes a reranker over, and reads its model's fingerprint.</summary>
    public HeldReranker(string name, IReranker reranker, SiloRerankerOptions options)
    {
        _reranker = reranker;
        _options = options;
        _metadata = reranker.GetService(typeof(RerankerMetadata)) as RerankerMetadata;
        _fingerprint = (reranker.GetService(typeof(ModelFingerprint)) as ModelFingerprint)?.Value;
        Name = name;
        Revision = _fingerprint is null ? "" : new ModelFingerprint(_fingerprint).Derive(Arithmetic).Value;
    }

    public string Name { get; }

    public string Revision { get; }

    private static string Arithmetic => $"{RuntimeInformation.ProcessArchitecture} {Vector512.IsHardwareAccelerated} " +
        $"{Vector256.IsHardwareAccelerated} {Vector128.IsHardwareAccelerated}";

    public HeldReport Report() => new()
    {
        Name = Name,
        Revision = Revision,
        Fingerprint = _fingerprint,
        QueuedTokens = Interlocked.Read(ref _queuedTokens),
        DefaultModelId = _metadata?.DefaultModelId,
        ScoreScale = (int)(_metadata?.ScoreScale ?? ScoreScale.Unspecified),
        IsPointwise = _metadata?.IsPointwise ?? false,
        MaxDocuments = _metadata?.MaxDocuments,
        MaxTokensPerPair = _metadata?.MaxTokensPerPair,
        SpecialTokensPerPair = _metadata?.SpecialTokensPerPair,
    };

    public async Task<RerankAnswer> RunAsync(RerankWork work, CancellationToken cancellationToken)
    {
        long before = Interlocked.Add(ref _queuedTokens, work.Tokens) - work.Tokens;
        WireResponse? response = null;
        WireError? error = null;
        try
        {
            // Alone, a call may be of any size: it would be refused for ever.
            if (before > 0 && before + work.Tokens > _options.MaxQueuedTokens)
            {
                throw new RerankerRejectedException($"The silo has about {before} tokens to read for '{Name}', and at most " +
                    $"{_options.MaxQueuedTokens} may wait. Come again later, or add a silo.")
                {
                    IsTransient = true,
                    RetryAfter = _options.RetryAfter,
                };
            }

            response = WireResponse.From(await RerankAsync(work, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // Whatever it is, the caller hears of it: an exception that left the grain would be logged on the way, its message included.
            error = WireError.From(exception);
        }

        return new() { Response = response, Error = error, QueuedTokens = Interlocked.Add(ref _queuedTokens, -work.Tokens) };
    }

    public void Dispose() => _reranker.Dispose();

    private async Task<RerankResponse> RerankAsync(RerankWork work, CancellationToken cancellationToken)
    {
        using var span = OrleansTelemetry.Source.StartActivity("rerank on silo", ActivityKind.Server, work.TraceParent);
        span?.SetTag(OrleansTelemetry.Name, work.Name)
            .SetTag(OrleansTelemetry.Documents, work.Documents.Length)
            .SetTag(OrleansTelemetry.Tokens, work.Tokens);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(work.TimeLeft);

        // Off the grain's scheduler, which has one thread: reports are answered meanwhile.
        return await Task.Run(() => _reranker.RerankAsync(work.Query, work.Documents, work.Options.ToOptions(), time.Token), time.Token)
            .ConfigureAwait(false);
    }
}
