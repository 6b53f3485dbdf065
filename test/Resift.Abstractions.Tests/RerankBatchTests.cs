using Resift.Testing;

namespace Resift.Abstractions.Tests;

public sealed class RerankBatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankBatchAsync_LaterRequestsReadyFirst_AnswersInOrder()
    {
        using var gate = new GatedReranker();
        var answers = ReadAsync(gate.Reranker, Requests(3), maxConcurrency: 3, Cancellation);
        (await gate.ArrivedAsync("2")).SetResult();
        (await gate.ArrivedAsync("1")).SetResult();
        (await gate.ArrivedAsync("0")).SetResult();
        Assert.Equal(["0", "1", "2"], (await answers).Select(response => response.ModelId));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task RerankBatchAsync_ManyRequests_ExactlyTheBoundAtOnce(int maxConcurrency)
    {
        using var gate = new GatedReranker();
        var answers = ReadAsync(gate.Reranker, Requests(7), maxConcurrency, Cancellation);
        for (int i = 0; i < 7; i++)
        {
            // As many as allowed are under way before the first of them is answered.
            for (int ahead = i; ahead < Math.Min(7, i + maxConcurrency); ahead++)
            {
                await gate.ArrivedAsync($"{ahead}");
            }

            (await gate.ArrivedAsync($"{i}")).SetResult();
        }

        Assert.Equal(7, (await answers).Count);
        Assert.Equal(maxConcurrency, gate.MostAtOnce);
    }

    [Fact]
    public async Task RerankBatchAsync_EndlessInput_ReadNoFurtherAheadThanTheBound()
    {
        using var reranker = new TestReranker();
        int read = 0;
        IEnumerable<RerankRequest> Endless()
        {
            while (true)
            {
                read++;
                yield return new($"query {read}", ["document"]);
            }
        }

        var answers = reranker.RerankBatchAsync(Endless(), maxConcurrency: 3, cancellationToken: Cancellation);
        Assert.Equal(0, read);
        int answered = 0;
        await foreach (var _ in answers)
        {
            answered++;
            Assert.InRange(read - answered, 0, 3);
            if (answered == 10)
            {
                break;
            }
        }

        Assert.Equal(12, read);
    }

    [Fact]
    public async Task RerankBatchAsync_OneFails_RestCancelledAndAwaited()
    {
        using var gate = new GatedReranker();
        var answers = ReadAsync(gate.Reranker, Requests(10), maxConcurrency: 3, Cancellation);
        (await gate.ArrivedAsync("1")).SetException(new RerankerException("broken"));
        (await gate.ArrivedAsync("0")).SetResult();
        var error = await Assert.ThrowsAsync<RerankerException>(() => answers);
        Assert.Equal("broken", error.Message);
        Assert.Equal(0, gate.UnderWay);
        Assert.True(gate.Reranker.Calls < 10);
    }

    [Fact]
    public async Task RerankBatchAsync_InputFails_RestCancelledAndAwaited()
    {
        using var gate = new GatedReranker();
        var answers = ReadAsync(gate.Reranker, TwoThenBroken(), maxConcurrency: 5, Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => answers);
        Assert.Equal(2, gate.Reranker.Calls);
        Assert.Equal(0, gate.UnderWay);

        static IEnumerable<RerankRequest> TwoThenBroken()
        {
            yield return new("0", ["document"]);
            yield return new("1", ["document"]);
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task RerankBatchAsync_ReaderStops_RestCancelledAndAwaited()
    {
        using var gate = new GatedReranker();
        gate.Gate("0").SetResult();
        await foreach (var response in gate.Reranker.RerankBatchAsync(Requests(10), maxConcurrency: 4, cancellationToken: Cancellation))
        {
            Assert.Equal("0", response.ModelId);
            break;
        }

        Assert.Equal(4, gate.Reranker.Calls);
        Assert.Equal(0, gate.UnderWay);
    }

    [Fact]
    public async Task RerankBatchAsync_Cancelled_EndsWithOperationCanceled()
    {
        using var gate = new GatedReranker();
        using var cancellation = new CancellationTokenSource();
        var answers = ReadAsync(gate.Reranker, Requests(10), maxConcurrency: 2, cancellation.Token);
        await gate.ArrivedAsync("1");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answers);
        Assert.Equal(0, gate.UnderWay);
    }

    [Fact]
    public async Task RerankBatchAsync_NoRequests_NoAnswers()
    {
        using var reranker = new TestReranker();
        Assert.Empty(await ReadAsync(reranker, [], maxConcurrency: 1, Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void RerankBatchAsync_BoundBelowOne_RefusedAtOnce(int maxConcurrency)
    {
        using var reranker = new TestReranker();
        Assert.Throws<ArgumentOutOfRangeException>(
            () => reranker.RerankBatchAsync([], maxConcurrency: maxConcurrency, cancellationToken: Cancellation));
    }

    private static IEnumerable<RerankRequest> Requests(int count) =>
        Enumerable.Range(0, count).Select(i => new RerankRequest($"{i}", ["document"]));

    private static async Task<List<RerankResponse>> ReadAsync(
        IReranker reranker,
        IEnumerable<RerankRequest> requests,
        int maxConcurrency,
        CancellationToken cancellationToken)
    {
        var answers = new List<RerankResponse>();
        await foreach (var response in reranker.RerankBatchAsync(requests, null, maxConcurrency, cancellationToken))
        {
            answers.Add(response);
        }

        return answers;
    }
}
