namespace Resift.Cli;

/// <summary>A provider that the command line knows: what it is called, where its key and address may be, and how it is opened.</summary>
/// <param name="Name">Its name after <c>--provider</c>.</param>
/// <param name="KeyVariables">The environment variables that may hold its key; the first that is set counts.</param>
/// <param name="Open">Makes the reranker. Nothing is sent yet.</param>
internal sealed record RemoteProvider(string Name, IReadOnlyList<string> KeyVariables, Func<ProviderConnection, IReranker> Open)
{
    /// <summary>The name that stands for models on this machine.</summary>
    public const string Local = "local";

    /// <summary>Gets the environment variables that may hold its address.</summary>
    public IReadOnlyList<string> EndpointVariables { get; private init; } = [];

    /// <summary>Gets whether its public address refuses calls without a key. Other addresses are free to.</summary>
    public bool RequiresKey { get; private init; }

    /// <summary>Gets whether somebody has to name a model.</summary>
    public bool RequiresModel { get; private init; }

    /// <summary>Gets whether somebody may say what its scores mean.</summary>
    public bool TakesScale { get; private init; } = true;

    /// <summary>Gets all providers.</summary>
    public static IReadOnlyList<RemoteProvider> All { get; } =
    [
        Public("cohere", to => new CohereReranker(to.ToOptions()), "CO_API_KEY", "COHERE_API_KEY") with
        {
            EndpointVariables = ["CO_API_URL"],
        },
        Public("voyage", to => new VoyageReranker(to.ToOptions()), "VOYAGE_API_KEY"),
        Public("jina", to => new JinaReranker(to.ToOptions()), "JINA_API_KEY", "JINAAI_API_KEY"),
        Public("mixedbread", to => new MixedbreadReranker(to.ToOptions()), "MXBAI_API_KEY") with
        {
            EndpointVariables = ["MIXEDBREAD_BASE_URL"],
        },
        Public("together", to => new TogetherReranker(to.ToOptions()), "TOGETHER_API_KEY") with
        {
            EndpointVariables = ["TOGETHER_BASE_URL"],
            RequiresModel = true,
        },
        Public("pinecone", to => new PineconeReranker(to.ToOptions()), "PINECONE_API_KEY"),
        new("tei", ["TEI_API_KEY"], to => new TeiReranker(to.ToOptions())),
        new("vllm", ["VLLM_API_KEY"], to => new VllmReranker(to.ToOptions())),
        new("llamacpp", ["LLAMA_API_KEY"], to => new LlamaCppReranker(to.ToOptions())),
        new("infinity", ["INFINITY_API_KEY"], to => new InfinityReranker(to.ToOptions())),
        Public("llm", ChatReranker.Open, ChatOptionGroup.KeyVariable) with
        {
            EndpointVariables = [ChatOptionGroup.EndpointVariable],
            TakesScale = false,
        },
    ];

    /// <summary>Gets the names of all, that of this machine first.</summary>
    public static IReadOnlyList<string> Names { get; } = [Local, .. All.Select(provider => provider.Name)];

    public static RemoteProvider? Find(string name) => All.FirstOrDefault(provider => provider.Name == name);

    private static RemoteProvider Public(string name, Func<ProviderConnection, IReranker> open, params string[] keyVariables) =>
        new(name, keyVariables, open) { RequiresKey = true };
}
