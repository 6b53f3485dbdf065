namespace Resift;

/// <summary>
/// What depends on the model: what its scores mean, what it can do, and how much it takes. What is null is not known: a wish of the
/// caller's is then sent, and nothing is promised.
/// </summary>
internal sealed record ModelFacts
{
    public ScoreScale ScoreScale { get; init; }

    /// <summary>Gets a value indicating whether scores of several requests may be merged.</summary>
    public bool IsPointwise { get; init; } = true;

    public int? MaxTokensPerPair { get; init; }

    /// <summary>
    /// Gets the most documents of a request. 256 where no limit is documented: a failed request of that size is cheap to repeat.
    /// </summary>
    public int MaxDocumentsPerRequest { get; init; } = 256;

    /// <summary>Gets about how many bytes of JSON a request has, since limits in bytes or tokens hold as well.</summary>
    public int MaxRequestBytes { get; init; } = 4_000_000;

    /// <summary>Gets a value indicating whether the query counts against that limit once for each document.</summary>
    public bool CountsQueryPerDocument { get; init; }

    public bool? FollowsInstructions { get; init; }

    /// <summary>Gets whether the API can be told to refuse what is too long.</summary>
    public bool? CanRefuseLongDocuments { get; init; }

    public bool LimitsTokensPerDocument { get; init; }
}
