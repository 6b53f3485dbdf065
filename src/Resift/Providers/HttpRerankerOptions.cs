namespace Resift;

/// <summary>
/// Where a provider is, who asks, and how long to try. The same for every provider; what is left null is the provider's default.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> never shows the key.</remarks>
public sealed class HttpRerankerOptions
{
    /// <summary>Gets or sets the key; null for the one in the provider's environment variable. It is sent, and shown nowhere.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Gets or sets the provider's address, such as <c>https://example.com/proxy</c>; null for the one in the provider's
    /// environment variable, or its public one. The provider's path is appended unless the address ends with it; a version such
    /// as <c>/v1</c> is not repeated.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Gets or sets the model that scores when a call names none; null for the provider's default.</summary>
    public string? ModelId { get; set; }

    /// <summary>
    /// Gets or sets what the scores mean, where you know better than the reranker: servers such as vLLM run any model. TEI and Infinity are
    /// asked for raw scores if this is <see cref="ScoreScale.Logit"/>. Null for what the provider documents.
    /// </summary>
    public ScoreScale? ScoreScale { get; set; }

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

    /// <summary>Gets or sets the clock of timeouts and waits.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Says what the options are, without the key.</summary>
    /// <returns>The address, the model, and whether there is a key.</returns>
    public override string ToString() =>
        $"Endpoint = {Endpoint?.GetLeftPart(UriPartial.Path) ?? "default"}, ModelId = {ModelId ?? "default"}, " +
        $"ApiKey = {(ApiKey is null ? "from the environment" : "set")}";

    /// <summary>Creates a copy, which whoever keeps options works with.</summary>
    internal HttpRerankerOptions Copy() => (HttpRerankerOptions)MemberwiseClone();

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
