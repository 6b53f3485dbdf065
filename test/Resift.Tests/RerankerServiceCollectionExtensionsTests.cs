using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resift.Testing;

namespace Resift.Tests;

public sealed class RerankerServiceCollectionExtensionsTests
{
    [Fact]
    public void AddReranker_Instance_SingletonDisposedByTheContainer()
    {
        var inner = new TestReranker();
        var services = new ServiceCollection();
        services.AddReranker(inner);
        using (var provider = services.BuildServiceProvider())
        {
            Assert.Same(inner, provider.GetRequiredService<IReranker>());
            Assert.Same(inner, provider.GetRequiredService<IReranker>());
        }

        Assert.Equal(1, inner.Disposals);
    }

    [Fact]
    public void AddReranker_FactoryByDefault_OneForAll()
    {
        var services = new ServiceCollection();
        services.AddReranker(_ => new TestReranker());
        using var provider = services.BuildServiceProvider();
        Assert.Same(provider.GetRequiredService<IReranker>(), provider.GetRequiredService<IReranker>());
    }

    [Fact]
    public void AddReranker_Scoped_OnePerScopeDisposedWithIt()
    {
        var services = new ServiceCollection();
        services.AddReranker(_ => new TestReranker(), ServiceLifetime.Scoped);
        using var provider = services.BuildServiceProvider(validateScopes: true);
        using var other = provider.CreateScope();
        TestReranker reranker;
        using (var scope = provider.CreateScope())
        {
            reranker = (TestReranker)scope.ServiceProvider.GetRequiredService<IReranker>();
            Assert.Same(reranker, scope.ServiceProvider.GetRequiredService<IReranker>());
            Assert.NotSame(reranker, other.ServiceProvider.GetRequiredService<IReranker>());
        }

        Assert.Equal(1, reranker.Disposals);
    }

    [Fact]
    public void AddReranker_Transient_EveryTimeANewOne()
    {
        var services = new ServiceCollection();
        services.AddReranker(_ => new TestReranker(), ServiceLifetime.Transient);
        using var provider = services.BuildServiceProvider();
        Assert.NotSame(provider.GetRequiredService<IReranker>(), provider.GetRequiredService<IReranker>());
    }

    [Fact]
    public void AddReranker_WithMiddleware_BuiltWithTheContainersServices()
    {
        var inner = new TestReranker();
        using var logs = new CollectingLoggerFactory(LogLevel.Debug);
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(logs);
        services.AddSingleton(inner.Metadata);
        services.AddReranker(provider => new TestReranker { Metadata = provider.GetRequiredService<RerankerMetadata>() })
            .UseLogging()
            .UseOpenTelemetry();
        using var provider = services.BuildServiceProvider();

        var reranker = Assert.IsType<LoggingReranker>(provider.GetRequiredService<IReranker>());
        Assert.NotNull(reranker.GetService<OpenTelemetryReranker>());
        Assert.Same(inner.Metadata, reranker.GetService<RerankerMetadata>());
        inner.Dispose();
    }

    [Fact]
    public void AddReranker_Type_MadeWithTheContainersServices()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new RerankerMetadata("of the container"));
        services.AddReranker<RerankerWithDependency>().UseOpenTelemetry();
        services.AddKeyedReranker<RerankerWithDependency>("key");
        using var provider = services.BuildServiceProvider();
        Assert.Equal("of the container", provider.GetRequiredService<IReranker>().GetService<RerankerMetadata>()!.ProviderName);
        Assert.IsType<RerankerWithDependency>(provider.GetRequiredKeyedService<IReranker>("key"));
    }

    [Fact]
    public void AddReranker_ChainOfTheGuide_ResolvesInABareContainer()
    {
        var services = new ServiceCollection();
        services.AddHybridCache();
        services.AddReranker<TestReranker>()
            .UseOpenTelemetry().UseLogging().UseFallback().UseDeadline(TimeSpan.FromSeconds(2)).UseCaching();
        using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<IReranker>().GetService<CachingReranker>());
    }

    [Fact]
    public void AddKeyedReranker_TwoKeys_TwoRerankers()
    {
        var fast = new TestReranker();
        var services = new ServiceCollection();
        services.AddKeyedReranker("fast", fast);
        services.AddKeyedReranker("good", _ => new TestReranker());
        using (var provider = services.BuildServiceProvider())
        {
            Assert.Null(provider.GetService<IReranker>());
            Assert.Same(fast, provider.GetRequiredKeyedService<IReranker>("fast"));
            var good = provider.GetRequiredKeyedService<IReranker>("good");
            Assert.NotSame(fast, good);
            Assert.Same(good, provider.GetRequiredKeyedService<IReranker>("good"));
        }

        Assert.Equal(1, fast.Disposals);
    }

    [Fact]
    public void AddKeyedReranker_Transient_EveryTimeANewOne()
    {
        var services = new ServiceCollection();
        services.AddKeyedReranker("key", _ => new TestReranker(), ServiceLifetime.Transient);
        using var provider = services.BuildServiceProvider();
        Assert.NotSame(provider.GetRequiredKeyedService<IReranker>("key"), provider.GetRequiredKeyedService<IReranker>("key"));
    }

    [Fact]
    public void AddKeyedReranker_NullKey_SameAsNone()
    {
        using var inner = new TestReranker();
        var services = new ServiceCollection();
        services.AddKeyedReranker(null, inner);
        using var provider = services.BuildServiceProvider();
        Assert.Same(inner, provider.GetRequiredService<IReranker>());
    }

    [Fact]
    public void Add_NullArguments_Refused()
    {
        using var inner = new TestReranker();
        IServiceCollection services = new ServiceCollection();
        IServiceCollection none = null!;
        Assert.Throws<ArgumentNullException>(() => none.AddReranker(inner));
        Assert.Throws<ArgumentNullException>(() => none.AddReranker(_ => inner));
        Assert.Throws<ArgumentNullException>(() => none.AddKeyedReranker("key", inner));
        Assert.Throws<ArgumentNullException>(() => none.AddKeyedReranker("key", _ => inner));
        Assert.Throws<ArgumentNullException>(() => services.AddReranker((IReranker)null!));
        Assert.Throws<ArgumentNullException>(() => services.AddKeyedReranker("key", (Func<IServiceProvider, IReranker>)null!));
        Assert.Empty(services);
    }

    private sealed class RerankerWithDependency(RerankerMetadata metadata) : DelegatingReranker(new TestReranker { Metadata = metadata });
}
