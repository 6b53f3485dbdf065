using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resift;

/// <summary>
/// A reranker behind an HTTP API. It splits what is too much for one request, merges the answers, takes no answer that makes no sense, and
/// says in its errors whether a later call may succeed.
/// </summary>
/// <remarks>
/// <para>
/// Without an <see cref="HttpClient"/> of the caller's, it makes its own: with retries, time limits for an attempt and a request, and a
/// circuit breaker. Whoever gives a client owns all of that; the client's <see cref="HttpClient.Timeout"/> then holds for the answer's body
/// too.
/// </para>
/// <para>
/// Every result is asked for and <see cref="RerankOptions.TopN"/> applied afterwards, so that it is always the best of all, with ties in
/// the documents' order. Providers do not say which documents they cut, so <see cref="RerankUsage.TruncatedDocuments"/> stays empty. Safe
/// for concurrent use.
/// </para>
/// </remarks>
public abstract partial class HttpReranker : IReranker
{
    // What is ignored is said once for each name, and names come from callers.
    private const int MostNamesIgnored = 100;

    private readonly ProviderProfile _profile;
    private readonly HttpRerankerOptions _options;
    private readonly ConcurrentDictionary<string, bool> _ignored = new();
    private readonly ILogger _logger;
    private readonly Uri _address;
    private readonly PriceTable? _prices;
    private readonly RerankerMetadata _metadata;
    private readonly ProviderChannel _channel;

    private protected HttpReranker(ProviderProfile profile, HttpRerankerOptions? options, HttpClient? httpClient)
    {
        _profile = profile;
        _options = options?.Copy() ?? new();
        _logger = (_options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<HttpReranker>();
        var key = ApiKey.Find(_options, profile);
        ExtraHeaders.Check(_options, profile);
        var configured = EndpointAddress.Configured(_options, profile);
        _address = configured ?? new(
            profile.EndpointOfKeys is { } other && key.BeginsWith(other.KeyPrefix) ? other.Endpoint : profile.Endpoint);
        _prices = _options.Prices ?? (configured is null ? PriceTable.Default : null);
        string? model = _options.ModelId ?? profile.DefaultModelId;
        if (model is null && profile.RequiresModel)
        {
            throw new ArgumentException(
                $"{profile.DisplayName} serves many models: name one by {nameof(HttpRerankerOptions.ModelId)}.", nameof(options));
        }

        var facts = FactsOf(model);
        _metadata = new(profile.Name)
        {
            ProviderUri = new(AddressOf(model).GetLeftPart(UriPartial.Path)),
            DefaultModelId = model,
            ScoreScale = facts.ScoreScale,
            IsPointwise = facts.IsPointwise,
            MaxDocuments = facts.IsPointwise ? null : PartSize(facts),
            MaxDocumentsPerRequest = PartSize(facts),
            MaxTokensPerPair = facts.MaxTokensPerPair,
        };

        // Last, since nothing that could throw may follow what has to be disposed.
        _channel = new(profile, _options, key, _address, httpClient);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">
    /// The query is blank, a document is null, or there are more documents than one request takes and their scores could not be compared.
    /// </exception>
    /// <exception cref="NotSupportedException">The API has nothing for an option that is set.</exception>
    /// <exception cref="RerankerException">
    /// The provider answered with an error or nonsense, too late, or not at all. See <see cref="RerankerException.IsTransient"/>.
    /// </exception>
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        ObjectDisposedException.ThrowIf(_channel.IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        string? model = options?.ModelId ?? _metadata.DefaultModelId;
        var facts = FactsOf(model);
        ThrowIfNotSupported(options, model, facts);
        // On logits no number is below all others. Whoever states that scale asks a server of their own, which refuses nothing.
        var refuses = facts.ScoreScale == ScoreScale.Logit ? null : _profile.Refuses;
        int[] sent = [.. Enumerable.Range(0, documents.Count).Where(index => refuses?.Invoke(documents[index]) != true)];
        var parts = RequestSplitter.Split(query, documents, sent, facts, PartSize(facts));
        if (parts.Count > 1 && !facts.IsPointwise)
        {
            throw new ArgumentException($"'{model}' reads all documents together, so scores of several requests cannot be compared, and " +
                $"{documents.Count} documents are too many for one (at most {PartSize(facts)}, and about {facts.MaxRequestBytes} bytes). " +
                "Pass fewer, choose a model that scores each document on its own, or, if the server takes more at once, raise " +
                $"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.MaxDocumentsPerRequest)}.", nameof(documents));
        }

        var answers = new WireAnswer[parts.Count];
        var request = new WireRequest(query, documents, model, options, facts)
        {
            Extra = ExtraFields.Read(options, _profile, Ignore),
        };
        if (parts is [var only])
        {
            answers[0] = await AnswerAsync(request, only, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // Ends with the first failure, which cancels the other requests, after they have ended.
            var concurrency = new ParallelOptions
            {
                MaxDegreeOfParallelism = _options.MaxConcurrentRequests,
                CancellationToken = cancellationToken,
            };
            await Parallel.ForEachAsync(Enumerable.Range(0, parts.Count), concurrency, async (part, token) =>
                answers[part] = await AnswerAsync(request, parts[part], token).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return Merged(documents.Count, parts, answers, facts, model, options?.TopN);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null :
            serviceType == typeof(RerankerMetadata) ? _metadata :
            serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Ends the calls under way. An <see cref="HttpClient"/> that was given stays open.</summary>
    public void Dispose()
    {
        _channel.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts a request into the words of the API.</summary>
    private protected abstract byte[] Write(WireRequest request);

    private protected static byte[] Json<TBody>(TBody body, JsonTypeInfo<TBody> type)
        where TBody : RequestBody => JsonSerializer.SerializeToUtf8Bytes(body, type);

    private protected static byte[] Json(PlainBody body) => Json(body, ProvidersJsonContext.Wire.PlainBody);

    private ModelFacts FactsOf(string? model)
    {
        var facts = _profile.FactsOf(model);
        return facts with
        {
            ScoreScale = _options.ScoreScale ?? facts.ScoreScale,
            IsPointwise = _options.IsPointwise ?? facts.IsPointwise,
            MaxTokensPerPair = _options.MaxTokensPerPair ?? facts.MaxTokensPerPair,
        };
    }

    private Uri AddressOf(string? model)
    {
        if (_options.IsEndpointFinal)
        {
            return _address;
        }

        string name = Uri.EscapeDataString(model ?? "");
        name = _profile.KeepsSlashesOfModel ? name.Replace("%2F", "/", StringComparison.Ordinal) : name;
        return name.Split('/').Any(segment => segment is "." or "..")
            ? throw new ArgumentException($"The model '{model}' cannot be a part of an address; its name was expected.")
            : EndpointAddress.WithPath(_address, _profile.Path.Replace(ProviderProfile.ModelPlace, name, StringComparison.Ordinal));
    }

    private void Ignore(string property)
    {
        if (_ignored.Count < MostNamesIgnored && _ignored.TryAdd(property, true))
        {
            LogIgnored(_profile.DisplayName, property);
        }
    }

    private int PartSize(ModelFacts facts) => _options.MaxDocumentsPerRequest ?? facts.MaxDocumentsPerRequest;

    private void ThrowIfNotSupported(RerankOptions? options, string? model, ModelFacts facts)
    {
        RerankArguments.ThrowIfChunking(options);
        if (options?.Instruction is not null && facts.FollowsInstructions == false)
        {
            throw new NotSupportedException($"{_profile.DisplayName} takes no instructions for '{model ?? "its model"}'. Leave " +
                "Instruction null, or put it into the query.");
        }

        if (options?.Truncation == TruncationPolicy.Error && facts.CanRefuseLongDocuments == false)
        {
            throw new NotSupportedException($"{_profile.DisplayName} cannot be told to refuse long documents. Leave Truncation null, or " +
                "check their length before.");
        }

        if (options?.MaxTokensPerDocument is not null && !facts.LimitsTokensPerDocument)
        {
            throw new NotSupportedException($"{_profile.DisplayName} takes no limit of tokens for each document. Leave " +
                "MaxTokensPerDocument null, or shorten the documents before.");
        }
    }

    private async Task<WireAnswer> AnswerAsync(WireRequest call, ArraySegment<int> part, CancellationToken cancellationToken)
    {
        byte[] body = Write(call with { Documents = [.. part.Select(index => call.Documents[index])] });
        try
        {
            return await _channel.AskAsync(AddressOf(call.ModelId), body, part.Count, call.Facts.ScoreScale, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RerankerException error) when (error.DocumentIndex is { } index && part[index] != index)
        {
            // The reader counts within its request.
            throw new RerankerException(
                $"{error.Message} Documents are counted within their request; in the call it is document {part[index]}.", error)
            {
                DocumentIndex = part[index],
                StatusCode = error.StatusCode,
                RequestId = error.RequestId,
            };
        }
    }

    private RerankResponse Merged(
        int count, List<ArraySegment<int>> parts, WireAnswer[] answers, ModelFacts facts, string? model, int? topN)
    {
        double[] scores = new double[count];
        Array.Fill(scores, BelowAll(answers, facts.ScoreScale));
        for (int part = 0; part < parts.Count; part++)
        {
            for (int i = 0; i < parts[part].Count; i++)
            {
                scores[parts[part][i]] = answers[part].Scores[i];
            }
        }

        if (answers is [])
        {
            // Nothing was sent, so nothing is billed.
            return RerankResponse.Create(scores, facts.ScoreScale, topN) with { ModelId = model, Usage = RerankUsage.None };
        }

        string? answered = answers.Select(answer => answer.ModelId).FirstOrDefault(id => id is not null) ?? model;
        var usage = new RerankUsage
        {
            Pairs = parts.Sum(part => part.Count),
            InputTokens = answers.All(answer => answer.InputTokens is not null) ? answers.Sum(answer => answer.InputTokens) : null,
            SearchUnits = answers.All(answer => answer.SearchUnits is not null) ? answers.Sum(answer => answer.SearchUnits) : null,
        };
        return RerankResponse.Create(scores, facts.ScoreScale, topN) with
        {
            ModelId = answered,
            Usage = usage with { EstimatedCost = _prices?.Estimate(_profile.Name, model, usage) },
        };
    }

    // The score of documents that are not sent, since the API refuses them: they are irrelevant for certain, and rank last.
    private static double BelowAll(WireAnswer[] answers, ScoreScale scale)
    {
        double lowest = answers.SelectMany(answer => answer.Scores).DefaultIfEmpty(1).Min();
        return scale switch
        {
            ScoreScale.Probability => 0,
            ScoreScale.Cosine => -1,
            _ => lowest > 0 ? 0 : Math.BitDecrement(lowest),
        };
    }

    [LoggerMessage(LogLevel.Information, "{Provider} ignores the additional property '{Property}', which is meant for another reranker")]
    private partial void LogIgnored(string provider, string property);
}
