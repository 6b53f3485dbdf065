namespace Resift.AspNetCore;

/// <summary>Cohere's <c>/v2/rerank</c>.</summary>
internal sealed class CohereV2Dialect() : CohereDialect(
    new() { Dialect = "cohere-v2", RequiresModel = true, AllowsEmptyDocuments = false }, "2")
{
    public override RerankCall Read(RequestBody body, int maxDocuments) => base.Read(body, maxDocuments) with
    {
        MaxTokensPerDocument = body.Number("max_tokens_per_doc") is not { } tokens ? null : tokens > 0
            ? tokens
            : throw new ServerProblem(ProblemKind.Invalid, $"max_tokens_per_doc is {tokens}; at least 1 was expected"),
    };
}
