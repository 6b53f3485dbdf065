namespace Resift;

/// <summary>
/// The models of hosted services, as the services and their resellers describe them. A model that is not here is treated by what its
/// service does with all of them, never by what its name begins with.
/// </summary>
internal static class HostedModels
{
    private const string Azure = "public clients of Azure AI Foundry, which has Cohere's models by these names";
    private const string Bedrock = "vercel.com/ai-gateway/models/cohere/rerank-v3.5, which Bedrock serves";
    private const string CohereContext = "docs.cohere.com/docs/reranking-best-practices; price: as reported by others";
    private const string CohereFive = "docs.cohere.com/changelog/rerank-v5; context and price: getmaxim.ai/bifrost, openrouter.ai";
    private const string JinaThree = "jina.ai/models, arXiv 2509.25085";
    private const string Pinecone = "docs.pinecone.io, Rerank results";
    private const string Qwen = "docs.qwencloud.com/api-reference/rerank/openai-rerank, alibabacloud.com/help/en/model-studio/qwen3-rerank";
    private const string Voyage = "docs.voyageai.com/docs/reranker; price: as reported by others";
    private const string VoyageThree = "vercel.com/changelog, openrouter.ai: Voyage Rerank 3";

    // Of the documents, and of the query once for each of them.
    private const int VoyageTokens = 600_000;
    private const int FirstVoyageTokens = 300_000;

    // One window of the model.
    private const int JinaWindow = 131_072;
    private const int JinaDocuments = 64;

    private static readonly DateOnly _august = new(2026, 8, 1);
    private static readonly DateOnly _november = new(2026, 11, 1);

    /// <summary>Gets all models, by service, the newest of each first.</summary>
    public static IReadOnlyList<HostedModel> All { get; } =
    [
        new("cohere", "rerank-v5.0-pro", _november, CohereFive) { MaxTokensPerPair = 32_768, Price = PerMillion(0.05m) },
        new("cohere", "rerank-v5.0-fast", _november, CohereFive) { MaxTokensPerPair = 32_768, Price = PerMillion(0.02m) },
        new("cohere", "rerank-v4.0-pro", _august, CohereContext) { MaxTokensPerPair = 32_768, Price = PerThousand(2.50m) },
        new("cohere", "rerank-v4.0-fast", _august, CohereContext) { MaxTokensPerPair = 32_768, Price = PerThousand(2.00m) },
        new("cohere", "rerank-v3.5", _august, CohereContext) { MaxTokensPerPair = 4_096, Price = PerThousand(2.00m) },
        new("cohere", "rerank-english-v3.0", _november, CohereContext) { MaxTokensPerPair = 4_096, Price = PerThousand(2.00m) },
        new("cohere", "rerank-multilingual-v3.0", _november, CohereContext) { MaxTokensPerPair = 4_096, Price = PerThousand(2.00m) },
        new("cohere", "Cohere-rerank-v4.0-pro", _november, Azure) { MaxTokensPerPair = 32_768 },
        new("cohere", "Cohere-rerank-v4.0-fast", _november, Azure) { MaxTokensPerPair = 32_768 },
        new("bedrock", "cohere.rerank-v3-5:0", _november, Bedrock) { MaxTokensPerPair = 4_096 },
        OfVoyage("rerank-3", _november, VoyageThree, 32_000, 0.05m, followsInstructions: true),
        OfVoyage("rerank-3-lite", _november, VoyageThree, 32_000, 0.02m, followsInstructions: true),
        OfVoyage("rerank-2.5", _august, Voyage, 32_000, 0.05m, followsInstructions: true),
        OfVoyage("rerank-2.5-lite", _august, Voyage, 32_000, 0.02m, followsInstructions: true),
        OfVoyage("rerank-2", _august, Voyage, 16_000, 0.05m),
        OfVoyage("rerank-2-lite", _august, Voyage, 8_000, 0.02m),
        OfVoyage("rerank-1", _august, Voyage, 8_000) with { MaxRequestTokens = FirstVoyageTokens },
        OfVoyage("rerank-lite-1", _august, Voyage, 4_000) with { MaxRequestTokens = FirstVoyageTokens },
        Listwise("jina-reranker-v3.5"),
        Listwise("jina-reranker-v3"),
        new("pinecone", "cohere-rerank-4-fast", _november, Pinecone)
        {
            // Up to 8,192 are taken, of which the parameter lets 4,096 be read.
            MaxTokensPerPair = 4_096,
            MaxDocumentsPerRequest = 250,
            CanRefuseLongDocuments = false,
            LimitsTokensPerDocument = true,
        },
        new("pinecone", "cohere-rerank-3.5", _november, Pinecone)
        {
            // Answered by cohere-rerank-4-fast since August 2026, and without the parameter that lets more than its default be read.
            MaxTokensPerPair = 1_024,
            MaxDocumentsPerRequest = 200,
            CanRefuseLongDocuments = false,
        },
        new("pinecone", "bge-reranker-v2-m3", _november, Pinecone) { MaxTokensPerPair = 1_024, CanRefuseLongDocuments = true },
        new("pinecone", "pinecone-rerank-v0", _november, Pinecone) { MaxTokensPerPair = 512, CanRefuseLongDocuments = true },
        new("dashscope", "qwen3-rerank", _november, Qwen)
        {
            MaxTokensPerPair = 4_000,
            MaxDocumentsPerRequest = 500,

            // One source says 30,000 and one 120,000.
            MaxRequestTokens = 30_000,
            FollowsInstructions = true,
        },
        new("openai", "text-embedding-3-small", _november, "developers.openai.com/api/docs/pricing, as quoted by others")
        {
            ScoreScale = ScoreScale.Cosine,
            Price = PerMillion(0.02m),
        },
    ];

    /// <summary>Finds a model by its whole name; for one that several serve, the maker's name may stand before it.</summary>
    /// <returns>The model; null if it is not known.</returns>
    public static HostedModel? Find(string provider, string? name) => name is null
        ? null
        : All.FirstOrDefault(model => model.Provider == provider && Is(model, name))
            ?? All.FirstOrDefault(model => model.Provider is "" && Is(model, name[(name.LastIndexOf('/') + 1)..]));

    private static bool Is(HostedModel model, string name) => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static HostedModel OfVoyage(
        string name, DateOnly asOf, string source, int maxTokens, decimal? price = null, bool followsInstructions = false) =>
        new("voyage", name, asOf, source)
        {
            MaxTokensPerPair = maxTokens,
            MaxRequestTokens = VoyageTokens,
            FollowsInstructions = followsInstructions,
            Price = price is { } dollars ? PerMillion(dollars) : null,
        };

    // Scores are cosines of what the model makes of the documents in their company; they can be negative.
    private static HostedModel Listwise(string name) => new("", name, _november, JinaThree)
    {
        IsListwise = true,
        MaxDocumentsPerRequest = JinaDocuments,
        MaxRequestTokens = JinaWindow,
        ScoreScale = ScoreScale.Unspecified,
    };

    private static ModelPrice PerMillion(decimal dollars) => new() { PerMillionTokens = dollars };

    private static ModelPrice PerThousand(decimal dollars) => new() { PerThousandSearchUnits = dollars };
}
