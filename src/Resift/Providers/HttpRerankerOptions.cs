using Microsoft.Extensions.Logging;

namespace Resift;

/// <summary>
/// Where a provider is, who asks, and how long to try. The same for every provider; what is left null is the provider's default.
/// </summary>
/// <remarks>
/// A reranker takes a copy, so later changes do not reach it. <see cref="ToString"/> never shows the key, nor the values of headers.
/// </remarks>
public sealed class HttpRerankerOptions
{
    /// <summary>Gets or sets the key; null for the one in the provider's environment variable. It is sent, and shown nowhere.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Gets or sets what gives a token in the place of a key, for services whose tokens end after a while: it is asked before each request
    /// of a call. The token is sent as the key would be, and shown nowhere. Null for a key.
    /// </summary>
    /// <remarks>
    /// Must be safe for concurrent use, and should keep a token as long as it holds. A failure is one of the call, as a
    /// <see cref="RerankerException"/>.
    /// </remarks>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; set; }

    /// <summary>
    /// Gets or sets headers that every request has beside those of the provider, such as a gateway's own; null for none. Values are shown
    /// nowhere, since they may be secrets.
    /// </summary>
    public IDictionary<string, string>? Headers { get; set; }

    /// <summary>
    /// Gets or sets the provider's address, such as <c>https://example.com/proxy</c>; null for the one in the provider's
    /// environment variable, or its public one. The provider's path is appended, without what of it the address ends with; a version at its
    /// end, such as <c>/v1</c>, gives way to that of the path.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether requests go to the address as it is, without the provider's path: for gateways that have
    /// another one. False by default.
    /// </summary>
    public bool IsEndpointFinal { get; set; }

    /// <summary>Gets or sets the model that scores when a call names none; null for the provider's default.</summary>
    public string? ModelId { get; set; }

    /// <summary>
    /// Gets or sets what the scores mean, where you know better than the reranker: servers such as vLLM run any model. TEI and Infinity are
    /// asked for raw scores if this is <see cref="ScoreScale.Logit"/>. Null for what the provider documents.
    /// </summary>
    public ScoreScale? ScoreScale { get; set; }

    /// <summary>
    /// Gets or sets how many tokens the model reads of one query and document together, where you know better than the reranker; null for
    /// what is documented of the model, which is nothing for a name that is not known.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaxTokensPerPair
    {
        get;
        set => field = value is null ? null : AtLeastOne(value.Value, nameof(MaxTokensPerPair));
    }

    /// <summary>
    /// Gets or sets whether the model scores each document on its own, so that a long call may be split; null for what is known of the
    /// model, and true for a name that is not known.
    /// </summary>
    public bool? IsPointwise { get; set; }

    /// <summary>Gets or sets how many documents one request has at most; null for the provider's limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaxDocumentsPerRequest
    {
        get;
        set => field = value is null ? null : AtLeastOne(value.Value, nameof(MaxDocumentsPerRequest));
    }

    /// <summary>Gets or sets how many requests one call has under way at once, if it needs several; 4 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxConcurrentRequests
    {
        get;
        set => field = AtLeastOne(value, nameof(MaxConcurrentRequests));
    } = 4;

    /// <summary>Gets or sets how many bytes of one answer are read, decompressed, before it is refused; 16 MiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxResponseBytes
    {
        get;
        set => field = AtLeastOne(value, nameof(MaxResponseBytes));
    } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how often a request is repeated after a failure that may pass; 3 by default, 0 for never.</summary>
    /// <remarks>Like the other limits of time, it holds only for a reranker that makes its own <see cref="HttpClient"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxRetries
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxRetries));
            field = value;
        }
    } = 3;

    /// <summary>
    /// Gets or sets how long one attempt may take, its whole answer read; 60 seconds by default, since long lists take long.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 10 ms to a day.</exception>
    public TimeSpan AttemptTimeout
    {
        get;
        set => field = Timeout(value, nameof(AttemptTimeout));
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets how long one request may take with all its attempts and the waits between them; 3 minutes by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 10 ms to a day.</exception>
    public TimeSpan RequestTimeout
    {
        get;
        set => field = Timeout(value, nameof(RequestTimeout));
    } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Gets or sets the longest wait that a provider may ask for before a retry; an error tells of a longer one. 60 seconds by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 and at most a day.</exception>
    public TimeSpan MaxRetryDelay
    {
        get;
        set => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(MaxRetryDelay), value, $"{nameof(MaxRetryDelay)} must be above 0 and at most a day.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets the prices that the estimated cost is made from; null for <see cref="PriceTable.Default"/> at the provider's public
    /// address, and for no estimate anywhere else.
    /// </summary>
    public PriceTable? Prices { get; set; }

    /// <summary>
    /// Gets or sets what creates the logger that hears, once for each, of additional properties that are meant for another reranker; null
    /// for none.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets the clock of timeouts and waits.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Says what the options are, without the key.</summary>
    /// <returns>The address, the model, and whether there is a key.</returns>
    public override string ToString() =>
        $"Endpoint = {Endpoint?.GetLeftPart(UriPartial.Path) ?? "default"}, ModelId = {ModelId ?? "default"}, " +
        $"ApiKey = {(ApiKey is not null ? "set" : TokenProvider is not null ? "from the token provider" : "from the environment")}";

    /// <summary>Creates a copy, which whoever keeps options works with.</summary>
    internal HttpRerankerOptions Copy()
    {
        var copy = (HttpRerankerOptions)MemberwiseClone();
        copy.Headers = Headers is null ? null : new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        return copy;
    }

    private static int AtLeastOne(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }

    // What the timers of the pipeline take.
    private static TimeSpan Timeout(TimeSpan value, string name) => value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromDays(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 10 ms to a day.");
}
