using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class RetrievalServiceCollectionExtensionsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_TheWholeChain_AnswersAndIsDisposedByTheContainer()
    {
        var reranker = new TestReranker();
        using var client = new ScriptedChatClient("Mars has two moons [1].");
        var services = new ServiceCollection();
        services.AddReranker(reranker);
        services.AddSingleton<IChatClient>(client);
        services.AddKeyedRetriever("words", new ScriptedRetriever(RagSetup.Bread, RagSetup.Moons));
        services.AddRetriever(provider => new HybridRetriever([provider.GetRequiredKeyedService<IRetriever>("words")]));
        services.AddTwoStageRetriever(options => options.TopN = 1);
        services.AddRagPipeline(options => options.Search.TopN = 1);
        var validation = new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true };
        await using (var provider = services.BuildServiceProvider(validation))
        {
            var search = provider.GetRequiredService<TwoStageRetriever>();
            var hit = Assert.Single((await search.SearchAsync(RagSetup.Question, cancellationToken: Cancellation)).Hits);
            Assert.Equal(RagSetup.Moons, hit.Text);
            Assert.Equal(SearchStages.Rerank, hit.ScoredBy);

            var answer = await provider.GetRequiredService<RagPipeline>().AskAsync(RagSetup.Question, cancellationToken: Cancellation);
            Assert.Equal(RagSetup.Moons, Assert.Single(answer.CitedPassages).Text);
            Assert.Same(search, provider.GetRequiredService<TwoStageRetriever>());
            Assert.Equal(0, reranker.Disposals);
        }

        Assert.Equal(1, reranker.Disposals);
    }

    [Fact]
    public async Task Services_AsTheGuideHasThem_AnswerAQuestion()
    {
        SearchDocument[] notes = [new("1", RagSetup.Bread), new("2", RagSetup.Moons)];
        using var client = new ScriptedChatClient("Two [1].");
        using var embedder = MiniModels.LoadEmbeddingGenerator();
        var dense = await DenseRetriever.CreateAsync(notes, embedder, cancellationToken: Cancellation);
        var services = new ServiceCollection();

        services.AddReranker(_ => MiniModels.LoadReranker()).UseOpenTelemetry();
        services.AddRetriever(new HybridRetriever([new Bm25Retriever(notes), dense], FusionOptions.LexicalAndDense));
        services.AddSingleton<IChatClient>(client);
        services.AddTwoStageRetriever(options => options.TopN = 10);
        services.AddRagPipeline(options => options.MaxContextTokens = 2000);
        services.Configure<RagOptions>(options => options.AnswerWithoutPassages = true);

        await using var provider = services.BuildServiceProvider();
        var answer = await provider.GetRequiredService<RagPipeline>().AskAsync(RagSetup.Question, cancellationToken: Cancellation);
        Assert.Equal("2", Assert.Single(answer.CitedPassages).Id);

        string[] test = await File.ReadAllLinesAsync(
            TestData.InRepository($"test/Resift.Retrieval.Tests/DependencyInjection/{GetType().Name}.cs"), Cancellation);
        string guide = await File.ReadAllTextAsync(TestData.InRepository("docs/guide-rag.md"), Cancellation);
        string[] example =
        [
            .. guide.Split("## In a container")[1].Split("```csharp")[1].Split("```")[0].Split('\n')
                .Where(line => line.StartsWith("services.", StringComparison.Ordinal)),
        ];
        Assert.Equal(6, example.Length);
        Assert.All(example, line => Assert.Contains(line.Trim(), test.Select(code => code.Trim())));
    }

    [Fact]
    public async Task Services_UnderAKey_OwnIndexAndOptionsAndASharedReranker()
    {
        var services = new ServiceCollection();
        services.AddReranker(RagSetup.Equal);
        foreach (string key in new[] { "docs", "code" })
        {
            services.AddKeyedRetriever(key, new ScriptedRetriever(key, "other"));
            services.AddKeyedTwoStageRetriever(key, options => options.TopN = key == "docs" ? 1 : 2);
        }

        services.Configure<SearchOptions>("code", options => options.FirstStageWeight = 0);
        await using var provider = services.BuildServiceProvider();
        var docs = await provider.GetRequiredKeyedService<TwoStageRetriever>("docs").SearchAsync("q", cancellationToken: Cancellation);
        var code = await provider.GetRequiredKeyedService<TwoStageRetriever>("code").SearchAsync("q", cancellationToken: Cancellation);
        Assert.Equal(["docs"], docs.Hits.Select(hit => hit.Text));
        Assert.Equal(["code", "other"], code.Hits.Select(hit => hit.Text));
        Assert.Contains(docs.Hits[0].Stages, stage => stage.Stage == SearchStages.Mixed);
        Assert.DoesNotContain(code.Hits[0].Stages, stage => stage.Stage == SearchStages.Mixed);
    }

    [Fact]
    public void Services_WithoutAPart_SayWhichAndHowToAddIt()
    {
        var services = new ServiceCollection();
        services.AddTwoStageRetriever().AddKeyedTwoStageRetriever("docs").AddRagPipeline();
        Assert.Equal("No IRetriever is registered. Call AddRetriever on the services.", Missing<TwoStageRetriever>(services));
        Assert.Equal(
            "No IRetriever is registered under the key 'docs' or without one. Call AddRetriever on the services.",
            Missing<TwoStageRetriever>(services, "docs"));

        services.AddRetriever(new ScriptedRetriever("a"));
        Assert.StartsWith("No IReranker is registered. Call AddReranker", Missing<TwoStageRetriever>(services), StringComparison.Ordinal);

        services.AddReranker(new TestReranker());
        Assert.Equal("No IChatClient is registered. Call AddChatClient on the services.", Missing<RagPipeline>(services));
    }

    [Fact]
    public void AddRetriever_Lifetimes_ContainerDisposesWhatItMakes()
    {
        var services = new ServiceCollection();
        services.AddRetriever(_ => new DisposableRetriever(new Notes()), ServiceLifetime.Scoped);
        services.AddKeyedRetriever("transient", _ => new DisposableRetriever(new Notes()), ServiceLifetime.Transient);
        using var provider = services.BuildServiceProvider(validateScopes: true);
        DisposableRetriever scoped;
        using (var scope = provider.CreateScope())
        {
            scoped = (DisposableRetriever)scope.ServiceProvider.GetRequiredService<IRetriever>();
            Assert.Same(scoped, scope.ServiceProvider.GetRequiredService<IRetriever>());
            Assert.NotSame(
                scope.ServiceProvider.GetRequiredKeyedService<IRetriever>("transient"),
                scope.ServiceProvider.GetRequiredKeyedService<IRetriever>("transient"));
            Assert.Equal(0, scoped.Disposals);
        }

        Assert.Equal(1, scoped.Disposals);
    }

    [Fact]
    public void AddRetriever_Type_SingletonWithItsParametersFromTheContainer()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new Notes()).AddRetriever<DisposableRetriever>().AddKeyedRetriever<DisposableRetriever>("other");
        using var provider = services.BuildServiceProvider();
        var retriever = provider.GetRequiredService<IRetriever>();
        Assert.Equal(nameof(Notes), retriever.Name);
        Assert.Same(retriever, provider.GetRequiredService<IRetriever>());
        Assert.NotSame(retriever, provider.GetRequiredKeyedService<IRetriever>("other"));
    }

    [Fact]
    public void AddRetriever_Instance_DisposedByTheContainer()
    {
        var retriever = new DisposableRetriever(new Notes());
        var services = new ServiceCollection();
        services.AddRetriever(retriever);
        using (var provider = services.BuildServiceProvider())
        {
            Assert.Same(retriever, provider.GetRequiredService<IRetriever>());
        }

        Assert.Equal(1, retriever.Disposals);
    }

    [Fact]
    public void Arguments_Null_Refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentNullException>(() => services.AddRetriever((IRetriever)null!));
        Assert.Throws<ArgumentNullException>(() => services.AddRetriever((Func<IServiceProvider, IRetriever>)null!));
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddTwoStageRetriever());
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddRagPipeline());
    }

    private static string Missing<TService>(ServiceCollection services, object? key = null)
        where TService : class
    {
        using var provider = services.BuildServiceProvider();
        return Assert.Throws<InvalidOperationException>(
            () => key is null ? provider.GetRequiredService<TService>() : provider.GetRequiredKeyedService<TService>(key)).Message;
    }

    private sealed class Notes;

    private sealed class DisposableRetriever(Notes notes) : IRetriever, IDisposable
    {
        public string Name => notes.GetType().Name;

        public int Disposals { get; private set; }

        public Task<RetrievalResponse> RetrieveAsync(
            string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new RetrievalResponse([]));

        public void Dispose() => Disposals++;
    }
}
