using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class VectorStoreRetrieverTests
{
    private static readonly Note[] _notes = [new("1", "cats", "pet", 0.2), new("2", "wolves", "wild", 0.4), new("3", "dogs", "pet", null)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetrieveAsync_VectorSearch_CandidatesInTheStoresOrder()
    {
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument) { Name = "notes", ScoreScale = ScoreScale.Cosine };
        var response = await retriever.RetrieveAsync("q", new() { Candidates = 2 }, Cancellation);
        Assert.Equal(["1", "2"], response.Candidates.Select(candidate => candidate.Id));
        Assert.Equal(new StageScore("notes", 2, 0.4, ScoreScale.Cosine), Assert.Single(response.Candidates[1].Stages));
        Assert.Equal("notes", response.Candidates[0].Source);
    }

    [Fact]
    public async Task RetrieveAsync_Distances_SignIsTurned()
    {
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument) { ScoresAreDistances = true };
        var response = await retriever.RetrieveAsync("q", new() { Candidates = 2 }, Cancellation);
        Assert.Equal([-0.2, -0.4], response.Candidates.Select(candidate => candidate.Score));
    }

    [Fact]
    public async Task RetrieveAsync_NoScore_ReciprocalRank()
    {
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument);
        var last = (await retriever.RetrieveAsync("q", cancellationToken: Cancellation)).Candidates[2];
        Assert.Equal((1.0 / 3, ScoreScale.Rank), (last.Score, last.ScoreScale));
    }

    [Fact]
    public async Task RetrieveAsync_Filter_BecomesACondition()
    {
        var options = new RetrievalOptions { Filter = new Dictionary<string, string> { ["kind"] = "wild" } };
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument)
        {
            ToCondition = filter =>
            {
                string kind = Assert.Single(Assert.Single(filter.Conditions).Values);
                return note => note.Kind == kind;
            },
        };
        Assert.Equal("2", Assert.Single((await retriever.RetrieveAsync("q", options, Cancellation)).Candidates).Id);
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => new VectorStoreRetriever<Note>(new Store(), ToDocument).RetrieveAsync("q", options, Cancellation));
        Assert.Contains("kind=wild", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetrieveAsync_KeywordHybrid_GetsTheKeywords()
    {
        var store = new Store();
        var retriever = new VectorStoreRetriever<Note>(store, ToDocument, TextAnalyzers.English);
        await retriever.RetrieveAsync("running dogs", cancellationToken: Cancellation);
        Assert.Equal(["run", "dog"], store.Keywords);
    }

    [Fact]
    public async Task RetrieveAsync_Embedder_StoreGetsTheVectorOfTheQuery()
    {
        var store = new Store();
        using var embedder = new TestEmbeddingGenerator();
        var retriever = new VectorStoreRetriever<Note>(store, ToDocument, embedder);
        var response = await retriever.RetrieveAsync("two dogs", cancellationToken: Cancellation);
        var expected = (await embedder.GenerateAsync(["two dogs"], cancellationToken: Cancellation))[0].Vector;
        Assert.Equal(expected.ToArray(), Assert.IsType<ReadOnlyMemory<float>>(store.SearchValue).ToArray());
        Assert.Equal(expected.ToArray(), response.QueryEmbedding.ToArray());
        Assert.Equal(2, response.Usage?.InputTokenCount);
        Assert.Equal(EmbeddingPurpose.Query, embedder.Purposes.First());
        Assert.Equal(3, response.Candidates.Count);
    }

    [Fact]
    public async Task RetrieveAsync_EmbedderThatCutTheQuery_SaysByHowMuch()
    {
        using var embedder = new TestEmbeddingGenerator { MaxWords = 3 };
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument, embedder);
        Assert.Equal(2, (await retriever.RetrieveAsync("one two three four five", cancellationToken: Cancellation)).QueryTokensCut);
    }

    [Fact]
    public async Task RetrieveAsync_EmbedderAndKeywords_StoreGetsBoth()
    {
        var store = new Store();
        using var embedder = new TestEmbeddingGenerator();
        var retriever = new VectorStoreRetriever<Note>(store, ToDocument, TextAnalyzers.English, embedder);
        var response = await retriever.RetrieveAsync("running dogs", cancellationToken: Cancellation);
        Assert.Equal(["run", "dog"], store.Keywords);
        Assert.Equal(response.QueryEmbedding.ToArray(), Assert.IsType<ReadOnlyMemory<float>>(store.SearchValue).ToArray());
        Assert.Equal(EmbeddingPurpose.Query, Assert.Single(embedder.Purposes));
    }

    [Fact]
    public async Task RetrieveAsync_NoEmbedder_StoreGetsTheText()
    {
        var store = new Store();
        var response = await new VectorStoreRetriever<Note>(store, ToDocument).RetrieveAsync("dogs", cancellationToken: Cancellation);
        Assert.Equal("dogs", store.SearchValue);
        Assert.True(response.QueryEmbedding.IsEmpty);
        Assert.Null(response.Usage);
    }

    [Fact]
    public async Task RetrieveAsync_RefusedFilter_NothingEmbedded()
    {
        using var embedder = new TestEmbeddingGenerator();
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument, embedder);
        var options = new RetrievalOptions { Filter = new Dictionary<string, string> { ["kind"] = "wild" } };
        await Assert.ThrowsAsync<NotSupportedException>(() => retriever.RetrieveAsync("q", options, Cancellation));
        Assert.Empty(embedder.Received);
    }

    [Fact]
    public async Task RetrieveAsync_BlankQueryOrCancelled_Refused()
    {
        var retriever = new VectorStoreRetriever<Note>(new Store(), ToDocument);
        await Assert.ThrowsAsync<ArgumentException>(() => retriever.RetrieveAsync(" ", cancellationToken: Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retriever.RetrieveAsync("q", cancellationToken: new(canceled: true)));
    }

    private static SearchDocument ToDocument(Note note) => new(note.Id, note.Text);

    public sealed record Note(string Id, string Text, string Kind, double? Score);

    private sealed class Store : IVectorSearchable<Note>, IKeywordHybridSearchable<Note>
    {
        public object? SearchValue { get; private set; }

        public ICollection<string>? Keywords { get; private set; }

        public IAsyncEnumerable<VectorSearchResult<Note>> SearchAsync<TInput>(
            TInput searchValue, int top, VectorSearchOptions<Note>? options = null, CancellationToken cancellationToken = default)
            where TInput : notnull
        {
            SearchValue = searchValue;
            return Answer(top, options?.Filter, cancellationToken);
        }

        public IAsyncEnumerable<VectorSearchResult<Note>> HybridSearchAsync<TInput>(
            TInput searchValue,
            ICollection<string> keywords,
            int top,
            HybridSearchOptions<Note>? options = null,
            CancellationToken cancellationToken = default)
            where TInput : notnull
        {
            SearchValue = searchValue;
            Keywords = keywords;
            return Answer(top, options?.Filter, cancellationToken);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        private static async IAsyncEnumerable<VectorSearchResult<Note>> Answer(
            int top, Expression<Func<Note, bool>>? filter, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            foreach (var note in _notes.AsQueryable().Where(filter ?? (_ => true)).Take(top))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new(note, note.Score);
            }
        }
    }
}
