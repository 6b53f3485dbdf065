using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>How embeddings and facts are asked for, and what is answered.</summary>
internal static class ServerSamples
{
    /// <summary>Gets what may be wrong where nothing is sent.</summary>
    public static IReadOnlyList<ProblemKind> ProblemsWithoutBody { get; } =
        [ProblemKind.Unauthorized, ProblemKind.Forbidden, ProblemKind.Internal];

    /// <summary>Creates the samples of OpenAI's embeddings.</summary>
    public static DialectSamples OpenAIEmbeddings(Dialect openAI) => new DialectSamples("openai-embeddings")
    {
        Requests =
        [
            Json("""{"input":"a text"}"""),
            Json("""
                {"model":"text-embedding-3-small","input":["a text","another"],"encoding_format":"float","dimensions":2}
                """),
        ],
        Answers =
        [
            Json("""
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.6,-0.8]}],"model":"all-MiniLM-L6-v2",
                 "usage":{"prompt_tokens":4,"total_tokens":4}}
                """),
            Json("""
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":"mpkZP83MTL8="}],"model":"all-MiniLM-L6-v2",
                 "usage":{"prompt_tokens":4,"total_tokens":4}}
                """),
        ],
    }.WithErrors(openAI, Enum.GetValues<ProblemKind>());

    /// <summary>Creates the samples of OpenAI's list of models.</summary>
    public static DialectSamples OpenAIModels(Dialect openAI) => new DialectSamples("openai-models")
    {
        Answers =
        [
            Json("""{"object":"list","data":[{"id":"resift-mini-v2","object":"model","created":1795708800,"owned_by":"resift"}]}"""),
        ],
    }.WithErrors(openAI, ProblemsWithoutBody);

    /// <summary>Creates the samples of TEI's embeddings.</summary>
    public static DialectSamples TeiEmbed(Dialect tei) => new DialectSamples("tei-embed")
    {
        Requests =
        [
            Json("""{"inputs":"a text"}"""),
            Json("""
                {"model":"text-embedding-3-small","inputs":["a text","another"],"normalize":true,"dimensions":2,"truncate":true,
                 "truncation_direction":"Right","prompt_name":"query"}
                """),
        ],
        Answers = [Json("[[0.6,-0.8]]")],
    }.WithErrors(tei, Enum.GetValues<ProblemKind>());

    /// <summary>Creates the samples of TEI's facts.</summary>
    public static DialectSamples TeiInfo(Dialect tei) => new DialectSamples("tei-info")
    {
        Answers =
        [
            TeiFacts("512"),
            TeiFacts("null"),
        ],
    }.WithErrors(tei, [.. ProblemsWithoutBody, ProblemKind.UnknownModel]);

    /// <summary>Creates the samples of a question for health.</summary>
    public static DialectSamples Health(bool mayBeUnwell) => new(mayBeUnwell ? "readiness" : "liveness")
    {
        Answers = [Json("""{"status":"ok"}""")],
        Errors = mayBeUnwell
            ? new Dictionary<int, IReadOnlyList<JsonNode>> { [503] = [Json("""{"status":"unavailable"}""")] }
            : new Dictionary<int, IReadOnlyList<JsonNode>>(),
    };

    private static JsonNode TeiFacts(string maxInputLength) => Json($$$$"""
        {"model_id":"resift-mini-v2","model_type":{"reranker":{"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0}}},
         "max_concurrent_requests":128,"max_input_length":{{{{maxInputLength}}}},"max_batch_tokens":1000000,"max_client_batch_size":10000,
         "auto_truncate":true,"version":"0.1.0"}
        """);

    /// <summary>Reads a sample.</summary>
    public static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
