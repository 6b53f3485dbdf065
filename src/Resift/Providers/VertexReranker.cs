using System.Globalization;
using System.Text.Json.Serialization;

namespace Resift;

/// <summary>The ranking API of Google's Vertex AI Search.</summary>
/// <remarks>
/// Scores are in [0, 1]. It wants a token of Google's: by <see cref="HttpRerankerOptions.TokenProvider"/>, or from
/// <c>GOOGLE_OAUTH_ACCESS_TOKEN</c> or <c>CLOUDSDK_AUTH_ACCESS_TOKEN</c>, which hold for an hour.
/// </remarks>
public sealed class VertexReranker : HttpReranker
{
    private const string ProjectVariable = "GOOGLE_CLOUD_PROJECT";
    private const string ProjectPlace = "{project}";

    // The contract: RankRequest of cloud.google.com; github.com/BerriAI/litellm, llms/vertex_ai/rerank/transformation.py.
    private static readonly ProviderProfile _profile = new(
        "vertex",
        "Vertex AI",
        "https://discoveryengine.googleapis.com",
        $"/v1/projects/{ProjectPlace}/locations/global/rankingConfigs/default_ranking_config:rank")
    {
        KeyVariables = ["GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"],
        RequiresKey = true,
        DefaultModelId = "semantic-ranker-default@latest",
        ListName = "records",
        IndexName = "id",
        ScoreName = "score",
        Facts = new()
        {
            ScoreScale = ScoreScale.Probability,
            MaxDocumentsPerRequest = 200,
            FollowsInstructions = false,
            CanRefuseLongDocuments = false,
        },
    };

    /// <summary>Creates a reranker of a project.</summary>
    /// <param name="options">Token, address, model and limits; null for those of the environment.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
    /// <param name="projectId">The project that is billed; null for that of <c>GOOGLE_CLOUD_PROJECT</c>.</param>
    /// <exception cref="InvalidOperationException">There is no token, or no project.</exception>
    /// <exception cref="ArgumentException">The token or the address cannot be one.</exception>
    public VertexReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null, string? projectId = null)
        : base(OfProject(projectId ?? Environment.GetEnvironmentVariable(ProjectVariable)), options, httpClient)
    {
    }

    private protected override byte[] Write(WireRequest request) => Json(
        new VertexBody(
            request.ModelId,
            request.Query,
            [.. request.Documents.Select((text, index) => new VertexRecord(index.ToString(CultureInfo.InvariantCulture), text))],
            request.Documents.Count,
            IgnoreRecordDetailsInResponse: true),
        ProvidersJsonContext.Wire.VertexBody);

    private static ProviderProfile OfProject(string? project) => string.IsNullOrWhiteSpace(project)
        ? throw new InvalidOperationException(
            $"Vertex AI ranks for a project, and none is named. Set the environment variable {ProjectVariable}, or give the reranker a " +
            "project.")
        : _profile with { Path = _profile.Path.Replace(ProjectPlace, Uri.EscapeDataString(project.Trim()), StringComparison.Ordinal) };
}

internal sealed record VertexBody(
    string? Model,
    string Query,
    IReadOnlyList<VertexRecord> Records,
    [property: JsonPropertyName("topN")] int TopN,
    [property: JsonPropertyName("ignoreRecordDetailsInResponse")] bool IgnoreRecordDetailsInResponse) : RequestBody;

internal readonly record struct VertexRecord(string Id, string Content);
