using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

public sealed class LocalRerankerTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly LocalReranker _reranker;

    public LocalRerankerTests()
    {
        new TinyModel { Positions = 64 }.Write(_folder.Path);
        _reranker = LocalReranker.Load(_folder.Path, new() { Threads = 2 });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _reranker.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task RerankAsync_Instruction_Refused()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => _reranker.RerankAsync("a", ["b"], new() { Instruction = "Rank." }, Cancellation));

        Assert.Contains("follows no instructions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_ForeignModelId_Refused()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => _reranker.RerankAsync("a", ["b"], new() { ModelId = "another" }, Cancellation));

        Assert.Contains("'another'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{ModelId}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_LogitIsNaN_NamesTheDocument()
    {
        using var folder = new TemporaryFolder();
        new TinyModel { Positions = 64 }.Write(folder.Path, changeTensors: tensors =>
        {
            // Finite, but their sum at the 40th token is not.
            int place = tensors.FindIndex(tensor => tensor.Name.EndsWith("position_embeddings.weight", StringComparison.Ordinal));
            float[] values = new float[64 * 16];
            values.AsSpan(40 * 16, 16).Fill(float.MaxValue);
            tensors[place] = TensorData.F32(tensors[place].Name, [64, 16], values);
        });
        using var reranker = LocalReranker.Load(folder.Path);

        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("a", ["b", Letters.Text(50)], cancellationToken: Cancellation));

        Assert.Equal(1, error.DocumentIndex);
        Assert.Contains("The logit of document 1 is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_OwnModelId_AcceptedAndReturned()
    {
        var response = await _reranker.RerankAsync("a", ["b"], new() { ModelId = ModelId.ToUpperInvariant() }, Cancellation);

        Assert.Equal(ModelId, response.ModelId);
    }

    [Fact]
    public void GetService_FactsAboutTheModel_AreThose()
    {
        var metadata = _reranker.GetService<RerankerMetadata>();
        Assert.Equal(
            new RerankerMetadata("resift.local")
            {
                DefaultModelId = ModelId,
                ScoreScale = ScoreScale.Probability,
                IsPointwise = true,
                MaxTokensPerPair = 64,
                SpecialTokensPerPair = 3,
            },
            metadata);
        Assert.Equal(LocalModelInfo.Read(_folder.Path), _reranker.GetService<LocalModelInfo>());
        Assert.Null(_reranker.GetService(typeof(LocalModelInfo), "key"));
    }

    [Theory]
    [InlineData("a b c", 3)]
    [InlineData("  A, b.\u00E9\uD83D ", 5)]
    [InlineData("", 0)]
    [InlineData("a [SEP] b", 3)]
    public async Task GetService_TokenCounter_CountsWhatThePairHas(string document, int expected)
    {
        var counter = _reranker.GetService<TokenCounter>()!;
        var usage = (await _reranker.RerankAsync("a b", [document], cancellationToken: Cancellation)).Usage!;
        Assert.Equal(expected, counter(document));
        Assert.Equal(counter("a b") + counter(document) + 3, usage.InputTokens);
    }

    [Fact]
    public async Task GetService_TokenCounterOnALongText_CountsWhatIsCutAsWell()
    {
        string document = Letters.Text(5000);
        var usage = (await _reranker.RerankAsync("a b", [document], cancellationToken: Cancellation)).Usage!;
        Assert.Equal(usage.InputTokens - 5 + usage.TruncatedDocuments[0].TokensCut, _reranker.GetService<TokenCounter>()!(document));
    }

    [Fact]
    public void GetService_MaxTokens_AreThoseOfTheOptions()
    {
        using var reranker = LocalReranker.Load(_folder.Path, new() { MaxTokens = 20 });

        Assert.Equal(20, reranker.GetService<LocalModelInfo>()!.MaxTokens);
        Assert.Equal(20, reranker.GetService<RerankerMetadata>()!.MaxTokensPerPair);
    }

    [Fact]
    public async Task RerankAsync_CancelledInALongCall_EndsAtOnceAndTheRerankerLives()
    {
        using var cancellation = new CancellationTokenSource();
        var documents = new WatchedList(Letters.Texts(10_000, 50), index =>
        {
            if (index == 700)
            {
                cancellation.Cancel();
            }
        });

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _reranker.RerankAsync("a", documents, null, cancellation.Token).WaitAsync(_patience, Cancellation));

        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal(700, documents.Last);
        Assert.Equal(2, (await _reranker.ScoresAsync("a", "b", "c")).Length);
    }

    [Fact]
    public async Task RerankAsync_ListThatThrows_PassesItOnAndTheRerankerLives()
    {
        var documents = new WatchedList(
            Letters.Texts(1000, 20), index => _ = index == 300 ? throw new InvalidOperationException("the list is broken") : 0);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _reranker.RerankAsync("a", documents, null, Cancellation).WaitAsync(_patience, Cancellation));

        Assert.Equal("the list is broken", error.Message);
        Assert.Equal(2, (await _reranker.ScoresAsync("a", "b", "c")).Length);
    }

    [Fact]
    public async Task Dispose_DuringCalls_EndsEachWithItsResultOrObjectDisposed()
    {
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] texts = Letters.Texts(3000, 40);
        Task<Exception?>[] calls = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Record.ExceptionAsync(() => _reranker.RerankAsync("a", new WatchedList(texts, OnRead), null, Cancellation)).AsTask(),
            Cancellation))];

        await underWay.Task.WaitAsync(_patience, Cancellation);
        await Task.Run(_reranker.Dispose, Cancellation).WaitAsync(_patience, Cancellation);

        var ends = await Task.WhenAll(calls).WaitAsync(_patience, Cancellation);
        Assert.All(ends, error => Assert.True(error is null or ObjectDisposedException, error?.ToString()));
        Assert.Contains(ends, error => error is ObjectDisposedException);

        void OnRead(int index)
        {
            if (index == 200)
            {
                underWay.TrySetResult();
            }
        }
    }

    private string ModelId => new DirectoryInfo(_folder.Path).Name;
}
