using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>What the OpenAPI document says of an endpoint, which has this as metadata.</summary>
/// <param name="Tag">What it belongs to.</param>
/// <param name="Summary">What it does, in a few words.</param>
/// <param name="Samples">Creates how it is asked and answered, in each dialect that may be spoken there.</param>
internal sealed record OperationDescription(string Tag, string Summary, Func<IReadOnlyList<DialectSamples>> Samples);

/// <summary>How a dialect asks and is answered at an endpoint: samples that its own code has read and written.</summary>
/// <param name="Name">The dialect, with what is asked for where it has several things; its schemas are named after it.</param>
internal sealed record DialectSamples(string Name)
{
    /// <summary>The name of a request in samples.</summary>
    public const string RequestIdSample = "0c9fbd5e-1cd4-4a43-8b4c-1b5ff6d1f7a2";

    /// <summary>Gets requests, from the fewest fields to all of them; none where there is no body.</summary>
    public IReadOnlyList<JsonNode> Requests { get; init; } = [];

    /// <summary>Gets those of the requests that are taken for this dialect at this endpoint, where others may be spoken.</summary>
    public IReadOnlyList<JsonNode> Examples { get => field ?? Requests; init; }

    /// <summary>Gets answers, in which every field is at least once.</summary>
    public IReadOnlyList<JsonNode> Answers { get; init; } = [];

    /// <summary>Gets the errors by their status.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<JsonNode>> Errors { get; init; } = new Dictionary<int, IReadOnlyList<JsonNode>>();

    /// <summary>Gets the media type of errors.</summary>
    public string ErrorMediaType { get; init; } = "application/json";

    /// <summary>Adds the errors of a dialect.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="kinds">What may be wrong.</param>
    public DialectSamples WithErrors(Dialect dialect, params IEnumerable<ProblemKind> kinds) => this with
    {
        ErrorMediaType = dialect.ErrorMediaType,
        Errors = kinds.GroupBy(dialect.StatusOf).ToDictionary(
            group => group.Key,
            group => (IReadOnlyList<JsonNode>)[.. group.Select(kind => dialect.Error(kind, MessageOf(kind), RequestIdSample))]),
    };

    private static string MessageOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Malformed => "The body must be a JSON object.",
        ProblemKind.Empty => "list of documents must not be empty",
        ProblemKind.TooMany => "documents has 20000 items; at most 10000 are taken in one request",
        ProblemKind.TooLarge => "The body has more than 16777216 bytes; send fewer documents in each request.",
        ProblemKind.UnknownModel => "model 'none' not found, make sure the correct model ID was used",
        ProblemKind.Unauthorized => "invalid api token",
        ProblemKind.Forbidden => "The key 'team-a' may not use the model 'large'.",
        ProblemKind.MediaType => "The body must be JSON in UTF-8, not compressed.",
        ProblemKind.TooSlow => "The body came too slowly.",
        ProblemKind.Overloaded => "The server is busy: 128 requests are under way, as many as may be.",
        ProblemKind.Unavailable => "The model cannot answer now; try again later.",
        ProblemKind.ModelFailed => "The model failed; the server's log says why.",
        ProblemKind.Internal => "The server failed; its log says why.",
        _ => "query must not be empty or be only whitespace",
    };
}
