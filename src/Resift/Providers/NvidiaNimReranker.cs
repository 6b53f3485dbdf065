namespace Resift;

/// <summary>A reranking NIM of NVIDIA, at <c>http://localhost:8000</c> unless the options say otherwise.</summary>
/// <remarks>
/// Scores are logits. NVIDIA's own servers have the model's name in the path: give their address as
/// <see cref="HttpRerankerOptions.Endpoint"/>, with <see cref="HttpRerankerOptions.IsEndpointFinal"/>. The key, which they want, comes from
/// <c>NVIDIA_API_KEY</c> or <c>NVIDIA_NIM_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="ArgumentException">No model is named, or the key or the address cannot be one.</exception>
public sealed class NvidiaNimReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: docs.nvidia.com/nim/nemo-retriever/text-reranking, "Ranking".
    private static readonly ProviderProfile _profile = new("nvidia", "NVIDIA NIM", "http://localhost:8000", "/v1/ranking")
    {
        KeyVariables = ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"],
        RequiresModel = true,
        ListName = "rankings",
        ScoreName = "logit",
        Facts = new() { ScoreScale = ScoreScale.Logit, FollowsInstructions = false, CanRefuseLongDocuments = true },
    };

    private protected override byte[] Write(WireRequest request) => Json(
        new NimBody(
            request.ModelId,
            new(request.Query),
            [.. request.Documents.Select(text => new WireText(text))],
            request.RefusesLongDocuments ? "NONE" : "END"),
        ProvidersJsonContext.Wire.NimBody);
}

internal sealed record NimBody(string? Model, WireText Query, IReadOnlyList<WireText> Passages, string Truncate) : RequestBody;
