namespace Resift.Cli.Tests.Serving;

/// <summary>Which models are loaded, and when they are unloaded.</summary>
public sealed class ModelShelfTests
{
    private const int Size = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseAsync_ByManyAtOnce_LoadsTheModelOnce()
    {
        using var shelf = new ModelShelf(Size);
        var model = new Model("a");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => model.UseAsync(shelf)));

        Assert.Equal((1, 0), (model.Loads, model.Disposals));
    }

    [Fact]
    public async Task UseAsync_BeyondTheBudget_UnloadsWhatWasIdleForLongest()
    {
        using var shelf = new ModelShelf(2 * Size);
        Model a = new("a"), b = new("b"), c = new("c");

        await a.UseAsync(shelf);
        await b.UseAsync(shelf);
        await a.UseAsync(shelf);
        await c.UseAsync(shelf);

        Assert.Equal(["a", "c"], shelf.Loaded.Order());
        Assert.Equal(2 * Size, shelf.Bytes);
        await b.UseAsync(shelf);
        Assert.Equal(["b", "c"], shelf.Loaded.Order());
        Assert.Equal((2, 1), (b.Loads, b.Disposals));
    }

    [Fact]
    public async Task UseAsync_WhileOthersAreInUse_GoesBeyondTheBudgetUntilTheyAreNot()
    {
        using var shelf = new ModelShelf(Size);
        Model a = new("a"), b = new("b");
        var release = new TaskCompletionSource();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var using_ = a.UseAsync(shelf, () =>
        {
            entered.SetResult();
            return release.Task;
        });
        await entered.Task;
        await b.UseAsync(shelf);

        // What is over goes at once, but not what is in use.
        Assert.Equal(["a"], shelf.Loaded);
        Assert.Equal((0, 1), (a.Disposals, b.Disposals));
        release.SetResult();
        await using_;
        await b.UseAsync(shelf);
        Assert.Equal(["b"], shelf.Loaded);
        Assert.Equal(1, a.Disposals);
    }

    [Fact]
    public async Task UseAsync_OfAModelThatCannotBeLoaded_SaysSoAndTriesAgain()
    {
        using var shelf = new ModelShelf(Size);
        var model = new Model("a") { Failures = 1 };

        var error = await Assert.ThrowsAsync<RerankerException>(() => model.UseAsync(shelf));

        Assert.Contains("'a' cannot be loaded: no weights", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, shelf.Bytes);
        await model.UseAsync(shelf);
        Assert.Equal(["a"], shelf.Loaded);
    }

    [Fact]
    public async Task UseAsync_GivenUpWhileTheModelLoads_LeavesTheLoadingToOthers()
    {
        using var shelf = new ModelShelf(Size);
        using var loading = new ManualResetEventSlim();
        var model = new Model("a") { BeforeLoad = () => loading.Wait(Token) };
        using var enough = new CancellationTokenSource();

        var impatient = shelf.UseAsync<Loaded, int>(model.Shelved, _ => Task.FromResult(0), enough.Token);
        var patient = model.UseAsync(shelf);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        loading.Set();
        await patient;

        Assert.Equal(1, model.Loads);
    }

    [Fact]
    public async Task UseAsync_ByManyOfManyModels_NeverUsesOneThatIsUnloaded()
    {
        var models = Enumerable.Range(0, 6).Select(number => new Model($"{number}")).ToList();
        using (var shelf = new ModelShelf(2 * Size))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(async () =>
            {
                var random = new Random(seed);
                for (int i = 0; i < 300; i++)
                {
                    var model = models[random.Next(models.Count)];
                    // Throws where the model is not there any more.
                    await model.UseAsync(shelf, async () => await Task.Yield());
                }
            }, Token)));

            Assert.True(shelf.Bytes <= 2 * Size);
            Assert.True(models.Sum(model => model.Loads) > models.Count, "models were to be loaded again");
            Assert.Equal(shelf.Loaded.Count, models.Sum(model => model.Loads - model.Disposals));
        }

        Assert.All(models, model => Assert.Equal(model.Loads, model.Disposals));
    }

    private sealed class Model
    {
        private int _loads;
        private int _disposals;

        public Model(string name) => Shelved = new(name, Size, Load);

        public ShelvedModel Shelved { get; }

        public int Failures { get; set; }

        public Action? BeforeLoad { get; init; }

        public int Loads => _loads;

        public int Disposals => _disposals;

        public Task<int> UseAsync(ModelShelf shelf, Func<Task>? work = null) => shelf.UseAsync<Loaded, int>(Shelved, async loaded =>
        {
            loaded.ThrowIfDisposed();
            await (work?.Invoke() ?? Task.CompletedTask);
            loaded.ThrowIfDisposed();
            return 0;
        }, Token);

        private Loaded Load()
        {
            BeforeLoad?.Invoke();
            if (Failures > 0)
            {
                Failures--;
                throw new FileNotFoundException("no weights");
            }

            Interlocked.Increment(ref _loads);
            return new(() => Interlocked.Increment(ref _disposals));
        }
    }

    private sealed class Loaded(Action disposed) : IDisposable
    {
        private volatile bool _isDisposed;

        public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);

        public void Dispose()
        {
            Assert.False(_isDisposed);
            _isDisposed = true;
            disposed();
        }
    }
}
