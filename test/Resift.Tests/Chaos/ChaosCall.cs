namespace Resift.Tests.Chaos;

/// <summary>One call at random: few queries and documents, so that calls meet in the cache.</summary>
internal sealed record ChaosCall(string Query, string[] Documents, int? TopN, TimeSpan? CancelAfter)
{
    /// <summary>The number of calls, unless the environment variable <c>RESIFT_CHAOS_CALLS</c> says another.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("RESIFT_CHAOS_CALLS"), out int calls) ? calls : 5_000;

    public static ChaosCall Of(int seed)
    {
        var random = new Random(seed);
        string query = $"query {(random.Next(3) == 0 ? 0 : random.Next(50))}";
        string[] documents = [.. Enumerable.Range(0, random.Next(1, 13)).Select(_ => $"document {random.Next(100)} of the collection")];
        int? topN = random.Next(3) == 0 ? random.Next(1, 6) : null;
        TimeSpan? cancelAfter = random.Next(10) == 0 ? TimeSpan.FromMilliseconds(random.Next(25)) : null;
        return new(query, documents, topN, cancelAfter);
    }

    /// <summary>Makes the call.</summary>
    /// <returns>Null if it was cancelled, and ended as a cancelled call does.</returns>
    public async Task<RerankResponse?> AskAsync(IReranker reranker, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (CancelAfter is { } time)
        {
            cancel.CancelAfter(time);
        }

        try
        {
            return await reranker.RerankAsync(Query, Documents, new() { TopN = TopN }, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Checks that each document is there once, or the number of them that was asked for.</summary>
    public void AssertWhole(RerankResponse response)
    {
        int[] indices = [.. response.Results.Select(result => result.Index)];
        Assert.Equal(Math.Min(TopN ?? Documents.Length, Documents.Length), indices.Length);
        Assert.Equal(indices.Length, indices.Distinct().Count());
        Assert.All(indices, index => Assert.InRange(index, 0, Documents.Length - 1));
        Assert.True(response.DegradedReason is null or { Length: > 0 });
    }

    /// <summary>Checks that the scores are those of a good day on this scale, to the last bit.</summary>
    public void AssertHonest(RerankResponse response, ScoreScale scale)
    {
        Assert.Equal(scale, response.ScoreScale);
        Assert.Equal(HonestScores.Response(Query, Documents, scale, TopN).Results, response.Results);
    }

    /// <summary>Checks that the documents came back in the order in which they were given, and claim no scores.</summary>
    public static void AssertFirstStageOrder(RerankResponse response)
    {
        Assert.Equal(ScoreScale.Rank, response.ScoreScale);
        Assert.Equal(Enumerable.Range(0, response.Results.Count), response.Results.Select(result => result.Index));
    }
}
