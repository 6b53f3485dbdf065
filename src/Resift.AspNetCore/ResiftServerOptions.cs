using System.Security.Cryptography;
using System.Text;

namespace Resift.AspNetCore;

/// <summary>What a server offers, to whom, and how much of it at once.</summary>
/// <remarks>Set up before the server starts, and read by it from then on; not safe for concurrent modification.</remarks>
public sealed class ResiftServerOptions
{
    internal const string HashPrefix = "sha256:";

    private readonly List<NamedService> _rerankers = [];
    private readonly List<NamedService> _embedders = [];
    private readonly List<NamedService> _retrievers = [];

    /// <summary>Gets other names of models: what a client asks for, and the name of the model that answers it.</summary>
    /// <remarks>
    /// With the names of hosted models as aliases, an application that asks for those needs no change but that of its base URL. Answers
    /// carry the name of the model that gave them.
    /// </remarks>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the keys that may call. With none here and none among <see cref="KeyHashes"/>, no key is asked for.
    /// <see cref="ResiftServerKeys"/> replaces them while the server runs.
    /// </summary>
    public IList<ResiftServerKey> Keys { get; } = [];

    /// <summary>Gets the hashes of keys without a name, which may do anything, as <see cref="HashKey"/> gives them.</summary>
    public ISet<string> KeyHashes { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets a value indicating whether other machines may call while there are no <see cref="Keys"/>. By default only this
    /// machine may, and only by a name of its own, so that no page in a browser can call under a name that it has pointed here.
    /// </summary>
    public bool AllowsAnonymousRemotes { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a model whose scores are no probabilities answers where a dialect has probabilities, with
    /// 1, 1/2, 1/3 and so on in the order of its ranking. By default it is refused there.
    /// </summary>
    public bool AllowsRankScores { get; set; }

    /// <summary>Gets or sets how many bytes the body of a request may have. The default is 16 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxBodyBytes
    {
        get;
        set => field = Positive(value, nameof(MaxBodyBytes));
    } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how many documents, or texts to embed, a request may have. The default is 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDocuments
    {
        get;
        set => field = Positive(value, nameof(MaxDocuments));
    } = 10_000;

    /// <summary>
    /// Gets or sets how many tokens a request may have the model read, the query counted once for each document. They are estimated, one
    /// for four bytes, since a tokenizer would take its time for what is refused. The default is 1,000,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxTokens
    {
        get;
        set => field = Positive(value, nameof(MaxTokens));
    } = 1_000_000;

    /// <summary>
    /// Gets or sets how many tokens the requests that are under way may have together. One that would go beyond is refused at once, unless
    /// it is alone. The default is 4,000,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxTokensUnderWay
    {
        get;
        set => field = Positive(value, nameof(MaxTokensUnderWay));
    } = 4_000_000;

    /// <summary>
    /// Gets or sets how many requests may be under way, from their first byte on. One more is refused at once. The default is 128. Times
    /// <see cref="MaxBodyBytes"/>, this bounds the memory for what clients send.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxRequestsUnderWay
    {
        get;
        set => field = Positive(value, nameof(MaxRequestsUnderWay));
    } = 128;

    /// <summary>Gets or sets after how long a client that was refused for being too many may come again. The default is 1 second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 second, the least that <c>Retry-After</c> can say.</exception>
    public TimeSpan RetryAfter
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "RetryAfter must be at least one second.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets for how long requests are still taken after the server was told to stop and <c>/health/ready</c> says so, for those who
    /// watch it to send no more. The default is none. It is part of the time that the host gives for its shutdown.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan DrainDelay
    {
        get;
        set => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "DrainDelay must not be negative.");
    }

    internal IReadOnlyList<NamedService> Rerankers => _rerankers;

    internal IReadOnlyList<NamedService> Embedders => _embedders;

    internal IReadOnlyList<NamedService> Retrievers => _retrievers;

    /// <summary>Adds a reranker of the container to what is offered. The first is also what answers requests that name no model.</summary>
    /// <param name="name">The name that clients ask for.</param>
    /// <param name="serviceKey">The key that it is registered by; null for the one without a key.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The name is blank, or that of another reranker.</exception>
    public ResiftServerOptions AddReranker(string name, object? serviceKey = null) => Add(_rerankers, name, serviceKey);

    /// <summary>Adds an embedding generator of the container, in the same way.</summary>
    /// <param name="name">The name that clients ask for.</param>
    /// <param name="serviceKey">The key that it is registered by; null for the one without a key.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The name is blank, or that of another embedding generator.</exception>
    public ResiftServerOptions AddEmbeddingGenerator(string name, object? serviceKey = null) => Add(_embedders, name, serviceKey);

    /// <summary>
    /// Adds a retriever of the container as an index that <c>/resift/search</c> searches. The first is also what is searched if nobody
    /// names one. How it is searched unless a request says otherwise, the container's <c>SearchOptions</c> say, by the name of the key.
    /// </summary>
    /// <param name="name">The name that clients ask for.</param>
    /// <param name="serviceKey">The key that it is registered by; null for the one without a key.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The name is blank, or that of another index.</exception>
    public ResiftServerOptions AddRetriever(string name, object? serviceKey = null) => Add(_retrievers, name, serviceKey);

    /// <summary>Creates the hash of a key, which is what a configuration holds in the place of the key.</summary>
    /// <remarks>It is not salted or slow: a key must be random, of 16 bytes or more, and nothing that a person thought of.</remarks>
    /// <param name="key">The key.</param>
    /// <returns><c>sha256:</c> and 64 hexadecimal digits.</returns>
    /// <exception cref="ArgumentException">The key is blank.</exception>
    public static string HashKey(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    private ResiftServerOptions Add(List<NamedService> services, string name, object? serviceKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (services.Exists(service => service.Name == name))
        {
            throw new ArgumentException($"There is a '{name}' already; another name was expected.", nameof(name));
        }

        services.Add(new(name, serviceKey));
        return this;
    }

    private static int Positive(int value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{name} must be at least 1.");
}

/// <summary>A service of the container under the name that clients know.</summary>
internal sealed record NamedService(string Name, object? Key);
