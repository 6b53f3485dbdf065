namespace Resift.AspNetCore;

/// <summary>A key that may call a server, by its hash, and how much who has it may do.</summary>
/// <remarks>
/// What is allowed a minute may be had at once, and comes back evenly over the minute. Whoever goes beyond is refused with 429 and told
/// when to come again.
/// </remarks>
public sealed record ResiftServerKey
{
    /// <summary>Gets the name that metrics and logs have for it; it is no secret.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its hash, as <see cref="ResiftServerOptions.HashKey"/> gives it.</summary>
    public required string Hash { get; init; }

    /// <summary>Gets how many rankings and embeddings may be asked for in a minute; null for any number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? RequestsPerMinute { get; init => field = Positive(value, nameof(RequestsPerMinute)); }

    /// <summary>
    /// Gets how many tokens a minute models may read, estimated as <see cref="ResiftServerOptions.MaxTokens"/> are; null for any number. A
    /// request that has more by itself is answered once nothing of the minute is used, and those that follow wait for what it took.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? TokensPerMinute { get; init => field = Positive(value, nameof(TokensPerMinute)); }

    /// <summary>Gets how many requests may be under way at once; null for as many as the server takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaxRequestsUnderWay { get; init => field = Positive(value, nameof(MaxRequestsUnderWay)); }

    /// <summary>
    /// Gets the names of the models that may be asked for, under these or other names; null for all. The first of them that fits answers
    /// requests that name none.
    /// </summary>
    public IReadOnlyList<string>? Models { get; init; }

    private static int? Positive(int? value, string name) =>
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{name} must be at least 1.");
}
