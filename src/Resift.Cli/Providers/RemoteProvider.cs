namespace Resift.Cli;

/// <summary>A provider that the command line knows: what it is called, where its key and address may be, and how it is opened.</summary>
/// <param name="Name">Its name after <c>--provider</c>.</param>
/// <param name="KeyVariables">The environment variables that may hold its key; the first that is set counts.</param>
/// <param name="Create">
/// Creates the reranker, given where the provider is and who asks, and how that was found. Nothing is sent yet.
/// </param>
internal sealed record RemoteProvider(
    string Name, IReadOnlyList<string> KeyVariables, Func<HttpRerankerOptions, ProviderConnection, IReranker> Create)
{
    /// <summary>The name that stands for models on this machine.</summary>
    public const string Local = "local";

    /// <summary>The name that stands for language models.</summary>
    public const string LanguageModel = "llm";

    /// <summary>Gets the environment variables that may hold its address.</summary>
    public IReadOnlyList<string> EndpointVariables { get; private init; } = [];

    /// <summary>Gets the environment variables that may say which project or region is meant.</summary>
    public IReadOnlyList<string> PlaceVariables { get; private init; } = [];

    /// <summary>Gets a value indicating whether it reranks by an API of its own, and is no language model.</summary>
    public bool IsApi => Name != LanguageModel;

    /// <summary>Gets a value indicating whether its public address refuses calls without a key. Other addresses are free to.</summary>
    public bool RequiresKey { get; private init; }

    /// <summary>Gets a value indicating whether somebody has to name a model.</summary>
    public bool RequiresModel { get; private init; }

    /// <summary>Gets a value indicating whether somebody may say what its scores mean.</summary>
    public bool TakesScale { get; private init; } = true;

    /// <summary>Gets all providers.</summary>
    public static IReadOnlyList<RemoteProvider> All { get; } =
    [
        Public("cohere", options => new CohereReranker(options), "CO_API_KEY", "COHERE_API_KEY") with
        {
            EndpointVariables = ["CO_API_URL"],
        },
        Public("cohere-v1", options => new CohereReranker(options, version: CohereApiVersion.V1), "CO_API_KEY", "COHERE_API_KEY") with
        {
            EndpointVariables = ["CO_API_URL"],
        },
        Public("voyage", options => new VoyageReranker(options), "VOYAGE_API_KEY"),
        Public("jina", options => new JinaReranker(options), "JINA_API_KEY", "JINAAI_API_KEY", "JINA_AI_API_KEY"),
        Public("mixedbread", options => new MixedbreadReranker(options), "MXBAI_API_KEY") with
        {
            EndpointVariables = ["MIXEDBREAD_BASE_URL"],
        },
        Public("together", options => new TogetherReranker(options), "TOGETHER_API_KEY") with
        {
            EndpointVariables = ["TOGETHER_BASE_URL"],
            RequiresModel = true,
        },
        Public("pinecone", options => new PineconeReranker(options), "PINECONE_API_KEY") with
        {
            EndpointVariables = ["PINECONE_CONTROLLER_HOST"],
        },
        Public("dashscope", options => new DashScopeReranker(options), "DASHSCOPE_API_KEY"),
        Public("siliconflow", options => new SiliconFlowReranker(options), "SILICONFLOW_API_KEY") with { RequiresModel = true },
        Public("zeroentropy", options => new ZeroEntropyReranker(options), "ZEROENTROPY_API_KEY") with
        {
            EndpointVariables = ["ZEROENTROPY_BASE_URL"],
        },
        Public("contextual", options => new ContextualReranker(options), "CONTEXTUAL_API_KEY") with
        {
            EndpointVariables = ["CONTEXTUAL_AI_BASE_URL"],
        },
        Public("fireworks", options => new FireworksReranker(options), "FIREWORKS_API_KEY") with { RequiresModel = true },
        Public("deepinfra", options => new DeepInfraReranker(options), "DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN") with
        {
            RequiresModel = true,
        },
        Public("isaacus", options => new IsaacusReranker(options), "ISAACUS_API_KEY") with { EndpointVariables = ["ISAACUS_BASE_URL"] },
        new(
            "vertex",
            ["GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"],
            (options, connection) => new VertexReranker(options, projectId: connection.Place))
        {
            RequiresKey = true,
            PlaceVariables = ["GOOGLE_CLOUD_PROJECT"],
        },
        new(
            "bedrock",
            ["AWS_BEARER_TOKEN_BEDROCK"],
            (options, connection) => new BedrockReranker(options, region: connection.Place))
        {
            RequiresKey = true,
            EndpointVariables = ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"],
            PlaceVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"],
        },
        Own("tei", options => new TeiReranker(options), "TEI_API_KEY"),
        Own("vllm", options => new VllmReranker(options), "VLLM_API_KEY"),
        Own("sglang", options => new SGLangReranker(options), "SGLANG_API_KEY"),
        Own("nvidia", options => new NvidiaNimReranker(options), "NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY") with { RequiresModel = true },
        Own("llamacpp", options => new LlamaCppReranker(options), "LLAMA_API_KEY"),
        Own("infinity", options => new InfinityReranker(options), "INFINITY_API_KEY"),
        new(LanguageModel, [ChatServer.DefaultKeyVariable], ChatReranker.Create)
        {
            RequiresKey = true,
            EndpointVariables = [ChatServer.EndpointVariable],
            TakesScale = false,
        },
    ];

    /// <summary>Gets the names of all, that of this machine first.</summary>
    public static IReadOnlyList<string> Names { get; } = [Local, .. All.Select(provider => provider.Name)];

    public static RemoteProvider? Find(string name) => All.FirstOrDefault(provider => provider.Name == name);

    private static RemoteProvider Public(string name, Func<HttpRerankerOptions, IReranker> create, params string[] keyVariables) =>
        Own(name, create, keyVariables) with { RequiresKey = true };

    private static RemoteProvider Own(string name, Func<HttpRerankerOptions, IReranker> create, params string[] keyVariables) =>
        new(name, keyVariables, (options, _) => create(options));
}
