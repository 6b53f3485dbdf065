namespace Resift;

/// <summary>Cohere's rerankers on Amazon Bedrock, by InvokeModel and a Bedrock API key.</summary>
/// <remarks>
/// Scores are in [0, 1]. A blank document, which Cohere refuses, is not sent and scores 0. Requests are not signed: they need a Bedrock API
/// key, from <c>AWS_BEARER_TOKEN_BEDROCK</c>, or a client whose handler signs. The region comes from <c>AWS_REGION</c> or
/// <c>AWS_DEFAULT_REGION</c> unless an address is given, by the options or <c>AWS_ENDPOINT_URL_BEDROCK_RUNTIME</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <param name="region">The region, such as <c>us-east-1</c>; null for that of the environment.</param>
/// <exception cref="InvalidOperationException">There is no key, or neither an address nor a region.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class BedrockReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null, string? region = null)
    : HttpReranker(InRegion(region, options), options, httpClient)
{
    // The contract: github.com/cohere-ai/cohere-python, aws_client.py; docs.aws.amazon.com/bedrock, "Use an Amazon Bedrock API key".
    private static readonly ProviderProfile _profile =
        new("bedrock", "Bedrock", "https://bedrock-runtime.amazonaws.com", $"/model/{ProviderProfile.ModelPlace}/invoke")
        {
            KeyVariables = ["AWS_BEARER_TOKEN_BEDROCK"],
            EndpointVariables = ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"],
            RequiresKey = true,
            DefaultModelId = "cohere.rerank-v3-5:0",
            Refuses = string.IsNullOrWhiteSpace,
            Facts = new()
            {
                ScoreScale = ScoreScale.Probability,
                MaxDocumentsPerRequest = 1_000,
                FollowsInstructions = false,
                CanRefuseLongDocuments = false,
            },
        };

    private protected override byte[] Write(WireRequest request) => Json(
        new BedrockBody(ApiVersion: 2, request.Query, request.Documents, request.Documents.Count),
        ProvidersJsonContext.Wire.BedrockBody);

    private static ProviderProfile InRegion(string? region, HttpRerankerOptions? options)
    {
        if (EndpointAddress.Configured(options ?? new(), _profile) is not null)
        {
            return _profile;
        }

        region ??= Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
        return region is { Length: > 0 } && region.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')
            ? _profile with { Endpoint = $"https://bedrock-runtime.{region}.amazonaws.com" }
            : throw new InvalidOperationException(
                $"Bedrock has an address in each region, and none is named: '{region}'. Set the environment variable AWS_REGION, such as " +
                $"to us-east-1, or {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.Endpoint)}.");
    }
}

internal sealed record BedrockBody(int ApiVersion, string Query, IReadOnlyList<string> Documents, int TopN) : RequestBody;
