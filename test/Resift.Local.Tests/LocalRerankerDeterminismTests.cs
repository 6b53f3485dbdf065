using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

/// <summary>A pair's score has the same bits whatever it is scored with, and however it is computed.</summary>
public sealed class LocalRerankerDeterminismTests : IDisposable
{
    private const string Query = "q u e r y";

    private static readonly string[] _documents = Letters.Texts(40, longest: 90);

    private readonly TemporaryFolder _folder = new();

    public LocalRerankerDeterminismTests() =>
        new TinyModel { HiddenSize = 24, IntermediateSize = 400, Layers = 2, Positions = 128 }.Write(_folder.Path, ConfigChange.Logits);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, null, LocalPrecision.Single)]
    [InlineData(1, 64, LocalPrecision.Single)]
    [InlineData(2, 64, LocalPrecision.Single)]
    [InlineData(2, 1024, LocalPrecision.Single)]
    [InlineData(5, 64, LocalPrecision.Single)]
    [InlineData(5, 1024, LocalPrecision.Single)]
    [InlineData(1, null, LocalPrecision.Int8)]
    [InlineData(2, 64, LocalPrecision.Int8)]
    [InlineData(5, 1024, LocalPrecision.Int8)]
    public async Task RerankAsync_AnyCompanyOrderThreadsAndBatches_SameBits(int threads, int? batchTokens, LocalPrecision precision)
    {
        double[] expected = await AloneAsync(precision);
        using var reranker = LocalReranker.Load(
            _folder.Path, new() { Threads = threads, BatchTokens = batchTokens, Precision = precision });

        double[] together = await reranker.ScoresAsync(Query, _documents);
        double[] reversed = await reranker.ScoresAsync(Query, [.. _documents.Reverse()]);
        string[] others = [.. _documents.Select((_, i) => Letters.Text(i, 99 + i))];
        double[] mixed = await reranker.ScoresAsync(
            Query, [.. _documents.Zip(others).SelectMany(pair => (string[])[pair.First, pair.Second])]);

        Assert.Equal(expected, together);
        Assert.Equal(expected, reversed.Reverse());
        Assert.Equal(expected, mixed.Where((_, i) => i % 2 == 0));
    }

    [Fact]
    public async Task RerankAsync_OtherInstance_SameBits() => Assert.Equal(await AloneAsync(), await AloneAsync());

    [Fact]
    public async Task RerankAsync_DifferentTexts_DifferentScores()
    {
        double[] scores = await AloneAsync();

        Assert.Equal(_documents.Distinct().Count(), scores.Distinct().Count());
    }

    [Fact]
    public async Task RerankAsync_ThirtyTwoCallersAtOnce_GetTheSequentialAnswers()
    {
        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 3 });
        string[] queries = [.. Enumerable.Range(0, 32).Select(i => Letters.Text((i % 9) + 1, i))];
        var expected = new List<double[]>();
        foreach (string query in queries)
        {
            expected.Add(await reranker.ScoresAsync(query, _documents));
        }

        double[][][] actual = await Task.WhenAll(queries.Select((query, i) => Task.Run(() => SeveralAsync(query, i))));

        Assert.All(actual, (calls, i) => Assert.All(calls, (scores, call) => Assert.Equal(expected[i][(call + (i % 4))..], scores)));

        async Task<double[][]> SeveralAsync(string query, int caller)
        {
            double[][] answers = new double[4][];
            for (int call = 0; call < answers.Length; call++)
            {
                answers[call] = await reranker.ScoresAsync(query, _documents[(call + (caller % 4))..]);
            }

            return answers;
        }
    }

    private async Task<double[]> AloneAsync(LocalPrecision precision = LocalPrecision.Automatic)
    {
        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 1, Precision = precision });
        double[] scores = new double[_documents.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = (await reranker.ScoresAsync(Query, _documents[i]))[0];
        }

        return scores;
    }
}
