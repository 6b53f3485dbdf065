using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using Resift.Orleans.Calls;
using Resift.Orleans.Silos;

namespace Resift.Orleans.Tests;

/// <summary>A cluster in this process, with a reranker of its own on each silo, and a client outside of it.</summary>
internal sealed class StubCluster : IAsyncDisposable
{
    public const string Name = "words";

    private readonly InProcessTestCluster _cluster;

    private StubCluster(InProcessTestCluster cluster, IReadOnlyList<IReranker> rerankers) => (_cluster, Rerankers) = (cluster, rerankers);

    /// <summary>Gets the rerankers, in the order of the silos.</summary>
    public IReadOnlyList<IReranker> Rerankers { get; }

    public IReadOnlyList<SiloStub> Stubs => [.. Rerankers.Cast<SiloStub>()];

    /// <summary>Gets the reranker of the client's container.</summary>
    public IReranker Reranker => _cluster.Client.ServiceProvider.GetRequiredKeyedService<IReranker>(Name);

    /// <summary>Starts as many silos as there are rerankers.</summary>
    public static async Task<StubCluster> StartAsync(
        IReadOnlyList<IReranker> rerankers,
        Action<OrleansRerankerOptions>? client = null,
        Action<SiloRerankerOptions>? silos = null,
        ILoggerProvider? logs = null)
    {
        int next = -1;
        var builder = new InProcessTestClusterBuilder((short)rerankers.Count);
        builder.ConfigureSilo((_, silo) =>
        {
            var reranker = rerankers[Interlocked.Increment(ref next)];
            silo.AddReranker(Name, _ => reranker, silos);
            Log(silo.Services, logs);
        });
        builder.ConfigureClient(orleans =>
        {
            orleans.Services.AddResiftOrleans(Name, client);
            Log(orleans.Services, logs);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var started = new StubCluster(cluster, rerankers);
        await started.WaitForAllAsync();
        return started;
    }

    /// <summary>Creates a reranker over the client's board, which whoever asks for it disposes.</summary>
    public IReranker CreateReranker(string name = Name)
    {
        var services = _cluster.Client.ServiceProvider;
        return new OrleansReranker(
            name,
            new() { PartTokens = 16 },
            services.GetRequiredService<ClusterBoard>(),
            services.GetRequiredService<ILogger<OrleansReranker>>());
    }

    /// <summary>Ends the silo of a reranker as if its process were killed.</summary>
    public Task KillAsync(IReranker reranker) => _cluster.KillSiloAsync(_cluster.Silos.Single(silo =>
        silo.ServiceProvider.GetRequiredService<SiloRegistration>().Factory(silo.ServiceProvider) == reranker));

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    // What a silo holds is known once it has been asked; a test counts on all of them.
    private async Task WaitForAllAsync()
    {
        var board = _cluster.Client.ServiceProvider.GetRequiredService<ClusterBoard>();
        while (board.Silos.Count(silo => silo.Held(Name) is not null) < Rerankers.Count)
        {
            await board.RefreshAsync(TestContext.Current.CancellationToken);
        }
    }

    private static void Log(IServiceCollection services, ILoggerProvider? logs)
    {
        if (logs is not null)
        {
            services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        }
    }
}
