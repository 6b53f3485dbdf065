using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>What a server says about itself: OpenAI's list of models, TEI's <c>/info</c>, and our own.</summary>
internal sealed class Facts(ResiftServerOptions options, ServerModels models, ServerIndexes indexes, TimeProvider time)
{
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    public JsonNode Models(HttpContext context) => new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. models.NamesFor(context).Select(name => new JsonObject
        {
            ["id"] = name,
            ["object"] = "model",
            ["created"] = _created,
            ["owned_by"] = "resift",
        })]),
    };

    public JsonNode Abilities(HttpContext context)
    {
        string[] rerankers = [.. options.Rerankers.Select(model => model.Name).Intersect(models.NamesFor(context))];
        return JsonSerializer.SerializeToNode(
            new ServerAbilities(rerankers, indexes.Names, options.MaxDocuments), ResiftJson.Default.ServerAbilities)!;
    }

    /// <exception cref="ServerProblem">There is no reranker.</exception>
    public JsonNode Info(HttpContext context)
    {
        var (name, reranker) = models.FindReranker(context, asked: null);
        return new JsonObject
        {
            ["model_id"] = name,
            ["model_type"] = new JsonObject
            {
                ["reranker"] = new JsonObject
                {
                    ["id2label"] = new JsonObject { ["0"] = "LABEL_0" },
                    ["label2id"] = new JsonObject { ["LABEL_0"] = 0 },
                },
            },
            ["max_concurrent_requests"] = options.MaxRequestsUnderWay,
            ["max_input_length"] = reranker.GetService<RerankerMetadata>()?.MaxTokensPerPair,
            ["max_batch_tokens"] = options.MaxTokens,
            ["max_client_batch_size"] = options.MaxDocuments,
            ["auto_truncate"] = true,
            ["version"] = typeof(Facts).Assembly.GetName().Version?.ToString(3),
        };
    }
}
