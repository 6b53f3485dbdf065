using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>
/// How rankings are asked for in each dialect: requests with the fewest fields first, then with all that the dialect knows.
/// </summary>
internal static class RerankSamples
{
    private static readonly Dictionary<string, string[]> _requests = new()
    {
        ["common"] =
        [
            """{"query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":[{"text":"git reset undoes a commit"},"bread is baked hot"],
             "rank_fields":["text"],"top_n":2,"return_documents":true}
            """,
        ],
        ["cohere-v1"] =
        [
            """{"query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":[{"text":"git reset undoes a commit"},"bread is baked hot"],
             "rank_fields":["text"],"top_n":2,"return_documents":true,"max_chunks_per_doc":10}
            """,
        ],
        ["cohere-v2"] =
        [
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}
            """,
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"],
             "top_n":2,"max_tokens_per_doc":4096}
            """,
        ],
        ["voyage"] =
        [
            """{"model":"rerank-2.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-2.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"],
             "top_k":2,"return_documents":true,"truncation":true}
            """,
        ],
        ["jina"] =
        [
            """
            {"model":"jina-reranker-v3","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}
            """,
            """
            {"model":"jina-reranker-v3","query":{"text":"how do I undo a commit"},
             "documents":[{"text":"git reset undoes a commit"},"bread is baked hot"],"top_n":2,"return_documents":true,
             "return_embeddings":false}
            """,
        ],
        ["tei"] =
        [
            """{"query":"how do I undo a commit","texts":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","texts":["git reset undoes a commit","bread is baked hot"],
             "raw_scores":false,"return_text":true,"truncate":true,"truncation_direction":"Right"}
            """,
        ],
        ["vllm"] =
        [
            """{"query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"],
             "top_n":2,"truncate_prompt_tokens":-1,"use_activation":true}
            """,
        ],
        ["vllm-score"] =
        [
            """{"text_1":"how do I undo a commit","text_2":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","queries":["how do I undo a commit"],"documents":["git reset undoes a commit","bread is baked hot"],
             "truncate_prompt_tokens":-1,"use_activation":true}
            """,
        ],
        ["llamacpp"] =
        [
            """{"query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"],
             "top_n":2}
            """,
        ],
        ["llamacpp-texts"] =
        [
            """{"query":"how do I undo a commit","texts":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","texts":["git reset undoes a commit","bread is baked hot"],
             "return_text":true}
            """,
        ],
        ["mixedbread"] =
        [
            """{"query":"how do I undo a commit","input":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"mxbai-rerank-base-v2","query":"how do I undo a commit",
             "input":[{"title":"git","text":"git reset undoes a commit"},{"title":"bread","text":"bread is baked hot"}],
             "rank_fields":["text"],"top_k":2,"return_input":true}
            """,
        ],
        ["together"] =
        [
            """{"model":"rerank-v3.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit",
             "documents":[{"title":"git","text":"git reset undoes a commit"},{"title":"bread","text":"bread is baked hot"}],
             "rank_fields":["text"],"top_n":2,"return_documents":true}
            """,
        ],
        ["pinecone"] =
        [
            """
            {"model":"bge-reranker-v2-m3","query":"how do I undo a commit",
             "documents":[{"text":"git reset undoes a commit"},{"text":"bread is baked hot"}]}
            """,
            """
            {"model":"bge-reranker-v2-m3","query":"how do I undo a commit",
             "documents":[{"id":"a","text":"git reset undoes a commit"},{"id":"b","text":"bread is baked hot"}],
             "rank_fields":["text"],"top_n":2,"return_documents":false}
            """,
        ],
        ["infinity"] =
        [
            """{"query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"]}""",
            """
            {"model":"rerank-v3.5","query":"how do I undo a commit","documents":["git reset undoes a commit","bread is baked hot"],
             "top_n":2,"return_documents":true,"raw_scores":false}
            """,
        ],
    };

    /// <summary>Creates the samples of a dialect: its requests, and what it answers to them.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="route">Where it is spoken, perhaps among others.</param>
    public static DialectSamples Of(RerankDialect dialect, RerankRoute route)
    {
        string[] requests = _requests[dialect.Name];
        return new DialectSamples(dialect.Name)
        {
            Requests = [.. requests.Select(request => JsonNode.Parse(request)!)],
            Examples = [.. requests.Where(request => IsTaken(request, dialect, route)).Select(request => JsonNode.Parse(request)!)],
            Answers = [.. requests.SelectMany(request => Answers(dialect, request))],
        }.WithErrors(dialect, Enum.GetValues<ProblemKind>());
    }

    private static bool IsTaken(string request, RerankDialect dialect, RerankRoute route)
    {
        using var json = JsonDocument.Parse(request);
        return route.Takes(new RequestBody(json.RootElement), dialect);
    }

    // With the documents and without, where that may be asked for, and with one that was cut, of which some dialects warn.
    private static IEnumerable<JsonNode> Answers(RerankDialect dialect, string request)
    {
        using var json = JsonDocument.Parse(request);
        var call = dialect.Read(new(json.RootElement), int.MaxValue);
        bool[] echoes = dialect.Fields.Echo is null ? [call.Echo] : [false, true];
        return
        [
            .. echoes.SelectMany(echo => (int[])[0, 1], (echo, truncated) => dialect.Answer(
                new(call with { Echo = echo }, DialectSamples.RequestIdSample, "my-reranker", [new(0, 0.93), new(1, 0.04)])
                {
                    Tokens = 24,
                    TruncatedDocuments = truncated,
                    Created = DateTimeOffset.UnixEpoch.AddDays(20_000),
                })),
        ];
    }
}
