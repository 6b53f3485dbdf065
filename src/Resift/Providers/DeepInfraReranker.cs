namespace Resift;

/// <summary>DeepInfra's inference of reranking models.</summary>
/// <remarks>
/// It serves many models, so one has to be named, such as <c>Qwen/Qwen3-Reranker-4B</c>, and the scale of the scores is unspecified unless
/// the options state it. The key comes from <c>DEEPINFRA_API_KEY</c> or <c>DEEPINFRA_TOKEN</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">No model is named, or the key or the address cannot be one.</exception>
public sealed class DeepInfraReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: deepinfra.com/Qwen/Qwen3-Reranker-0.6B/api; that both lists have one length, by public clients.
    private static readonly ProviderProfile _profile =
        new("deepinfra", "DeepInfra", "https://api.deepinfra.com", $"/v1/inference/{ProviderProfile.ModelPlace}")
        {
            KeyVariables = ["DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"],
            RequiresKey = true,
            RequiresModel = true,
            KeepsSlashesOfModel = true,
            ListName = "scores",
            IndexName = null,
            Facts = new() { CanRefuseLongDocuments = false, CountsQueryPerDocument = true },
        };

    // Pairs, so the query stands beside each document.
    private protected override byte[] Write(WireRequest request) => Json(
        new DeepInfraBody(
            [.. Enumerable.Repeat(request.Query, request.Documents.Count)], request.Documents, request.Options?.Instruction),
        ProvidersJsonContext.Wire.DeepInfraBody);
}

internal sealed record DeepInfraBody(IReadOnlyList<string> Queries, IReadOnlyList<string> Documents, string? Instruction) : RequestBody;
