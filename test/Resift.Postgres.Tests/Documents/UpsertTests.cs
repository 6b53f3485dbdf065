using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Resift.Retrieval;
using Resift.Testing;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Documents;

public sealed class PlainUpsertTests(PostgresServer server) : UpsertTests(server);

public sealed class VectorUpsertTests(VectorServer server) : UpsertTests(server);

public abstract class UpsertTests(TestServer server)
{
    [Fact]
    public async Task Unchanged_Documents_AreNeitherCutNorEmbedded()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"), Document("b", "dogs bark"));
        index.Embedder.Received.Clear();
        var uncut = Document("a", "the cat sat") with { Passages = () => throw new InvalidOperationException("It was cut.") };
        var result = await index.UpsertAsync(uncut, Document("b", "dogs bark", "loudly"), Document("c", "birds"));
        Assert.Equal(
            new UpsertResult { Added = 1, Updated = 1, Unchanged = 1, PassagesEmbedded = 2, PassagesReused = 1, Usage = result.Usage },
            result);
        Assert.Equal(["loudly", "birds"], Assert.Single(index.Embedder.Received));
        await index.CheckAsync();
    }

    [Fact]
    public async Task ChangedMetadata_SameTexts_IsStoredAndNothingEmbedded()
    {
        await using var index = await server.OpenAsync();
        var document = Document("a", "the cat sat", "on a mat");
        await index.UpsertAsync(document with { Metadata = Metadata(("lang", "en"), ("by", "me")) });
        index.Embedder.Received.Clear();
        Assert.Equal(1, (await index.UpsertAsync(document with { Metadata = Metadata(("by", "me"), ("lang", "en")) })).Unchanged);
        var result = await index.UpsertAsync(document with { Metadata = Metadata(("lang", "de")) });
        Assert.Equal(new UpsertResult { Updated = 1, PassagesReused = 2 }, result);
        Assert.Empty(index.Embedder.Received);
        var response = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
        Assert.Equal([new("lang", "de")], Assert.Single(response.Candidates).Document.Metadata);
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat", new() { Filter = Metadata(("lang", "en")) }));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat", new() { Filter = Metadata(("lang", "de")) }));
    }

    [Fact]
    public async Task ChangedText_TheOldOne_IsNotFoundAnyMore()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"), Document("b", "dogs bark"));
        await index.UpsertAsync(Document("a", "birds sing"));
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat"));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "birds"));
        Assert.Equal(2, (await index.Collection.GetInfoAsync(Token)).Passages);
        await index.CheckAsync();
    }

    [Fact]
    public async Task SameIdTwice_TheLater_Stays()
    {
        await using var index = await server.OpenAsync();
        var result = await index.UpsertAsync(Document("a", "the cat sat"), Document("a", "dogs bark"), Document("a", "dogs bark"));
        Assert.Equal((1, 1, 1), (result.Added, result.Updated, result.Unchanged));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat dog"));
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat"));
    }

    [Fact]
    public async Task Passages_ComeBack_AsTheyWentInButForWhatUtf8Lacks()
    {
        await using var index = await server.OpenAsync();
        const string text = "Straße cat NUL\0after, half \ud83d, emoji 😀, \"quotes\" and 'more'; $1 \\ \r\n\tend";
        string kept = text.Replace('\0', '\ufffd').Replace("half \ud83d,", "half \ufffd,", StringComparison.Ordinal);
        var whole = new SearchDocument("whole", text) { Metadata = Metadata(("title", "Ünï'code 😀"), ("both", "passage")) };
        var part = new SearchDocument("p1", "another cat")
        {
            Location = new("parts", 17, 11),
            Metadata = Metadata(("heading", "One\0")),
            SearchedText = "another cat without marks",
        };
        await index.UpsertAsync(
            new("whole", "1", () => [whole]) { Metadata = Metadata(("lang", "en"), ("both", "document")) },
            new("parts", "1", () => [part]));
        var response = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
        var byId = response.Candidates.ToDictionary(candidate => candidate.Id, candidate => candidate);
        Assert.Equal(kept, byId["whole"].Text);
        Assert.Null(byId["whole"].Document.Location);
        Assert.Equal(Metadata(("title", "Ünï'code 😀"), ("both", "passage"), ("lang", "en")), byId["whole"].Document.Metadata);
        Assert.Equal(new("parts", 17, 11), byId["p1"].Document.Location);
        Assert.Equal("another cat without marks", byId["p1"].Document.SearchedText);
        Assert.Equal("One\ufffd", byId["p1"].Document.Metadata["heading"]);
        var embedded = await index.Embedder.GenerateAsync(["One\ufffd\nanother cat without marks"], cancellationToken: Token);
        Assert.Equal(embedded[0].Vector.ToArray(), byId["p1"].Embedding.ToArray());
        Assert.Equal(["whole"], await FindAsync(index.Collection.Lexical, "after"));
        Assert.Equal(2, (await index.UpsertAsync(
            new("whole", "1", () => [whole]) { Metadata = Metadata(("lang", "en"), ("both", "document")) },
            new("parts", "1", () => [part]))).Unchanged);
    }

    [Theory]
    [MemberData(nameof(Unfit))]
    [SuppressMessage("Usage", "xUnit1045", Justification = "The rows are made anew, not serialized.")]
    public async Task UnfitDocument_IsRefused(IndexedDocument document)
    {
        await using var index = await server.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => index.UpsertAsync(document));
        Assert.Equal(0, (await index.Collection.GetInfoAsync(Token)).Documents);
    }

    public static TheoryData<IndexedDocument> Unfit() =>
    [
        Document("", "text"),
        Document("a\0b", "text"),
        Document("a\udc00", "text"),
        Document(new('a', 2001), "text"),
        Document("a", "text") with { ContentHash = " " },
        Document("a", "text") with { Passages = () => [new("b", "of another document")] },
        Document("a", "text") with { Passages = () => [new("a", null!)] },
        Document("a", "text") with { Metadata = Metadata(("key", null!)) },
    ];

    [Fact]
    public async Task ManyPassages_AreCommittedInBatchesAndNothingIsParted()
    {
        await using var index = await server.OpenAsync();
        var reports = new List<UpsertResult>();
        var documents = Enumerable.Range(0, 500).Select(i => Document($"d{i:D3}", $"text {i}"))
            .Append(Document("long", [.. Enumerable.Range(0, 300).Select(i => $"passage {i}")]));
        var result = await index.Collection.UpsertAsync(
            documents.ToAsyncEnumerable(), index.Embedder, new Reports(reports), Token);
        Assert.Equal((501, 800), (result.Added, result.PassagesEmbedded));
        Assert.All(index.Embedder.Received, texts => Assert.InRange(texts.Length, 1, 128));
        Assert.InRange(reports.Count, 4, 20);
        Assert.Equal(result with { Usage = null }, reports[^1]);
        await index.CheckAsync();
        Assert.Equal(501, await index.Collection.DeleteAsync(
            [.. Enumerable.Range(0, 500).Select(i => $"d{i:D3}"), "long", "not there", "nul\0"], Token));
        Assert.Equal((0, 0), await CountsAsync(index));
        await index.CheckAsync();
    }

    [Fact]
    public async Task Cancellation_InTheMiddle_KeepsWhatIsCommitted()
    {
        await using var index = await server.OpenAsync();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var documents = Enumerable.Range(0, 1000).Select(i => Document($"d{i}", $"text {i}"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.Collection.UpsertAsync(
            documents.ToAsyncEnumerable().Select(document =>
            {
                if (document.Id == "d600")
                {
                    source.Cancel();
                }

                return document;
            }),
            index.Embedder,
            null,
            source.Token));
        long kept = (await index.Collection.GetInfoAsync(Token)).Documents;
        Assert.InRange(kept, 1, 600);
        await index.CheckAsync();
        var result = await index.UpsertAsync([.. documents]);
        Assert.Equal((kept, 1000 - kept), (result.Unchanged, result.Added));
        await index.CheckAsync();
    }

    [Fact]
    public async Task AnotherModelOrTemplate_IsRefusedAndNamed()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var other = new Testing.TestEmbeddingGenerator { Metadata = new("test", defaultModelId: "another") };
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => index.Collection.CreateDense(other)
            .RetrieveAsync("cat", null, Token));
        Assert.Contains("'word-hash' (64 dimensions), but this embedder is 'another'", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => index.Collection.ThrowIfEmbeddedByOtherAsync(other, Token));
        var template = new PassageTemplate("mine", _ => "mine");
        await Assert.ThrowsAsync<InvalidOperationException>(() => index.Index.GetCollection(options: new() { Template = template })
            .UpsertAsync(AsyncEnumerable.Empty<IndexedDocument>(), index.Embedder, cancellationToken: Token));
        Assert.Empty(other.Received);
    }

    [Fact]
    public async Task Collections_OfOneIndex_AreApart()
    {
        await using var index = await server.OpenAsync();
        var other = index.Index.GetCollection("other '; DROP TABLE x; --", new() { Cut = "by hand" });
        await index.UpsertAsync(Document("a", "the cat sat"));
        await other.UpsertAsync(
            new[] { Document("a", "dogs bark"), Document("b", "more") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal(["default", "other '; DROP TABLE x; --"], await index.Index.GetCollectionNamesAsync(Token));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat dog"));
        var info = await other.GetInfoAsync(Token);
        Assert.Equal((2, 64, "by hand", "word-hash"), (info.Documents, info.Dimensions, info.Cut, info.ModelId));
        Assert.True(await index.Index.DeleteCollectionAsync(other.Name, Token));
        Assert.False(await index.Index.DeleteCollectionAsync(other.Name, Token));
        Assert.Empty(await FindAsync(other.Lexical, "dog"));
        Assert.Empty(await FindAsync(other.CreateDense(index.Embedder), "dog"));
        await other.UpsertAsync(new[] { Document("c", "a dog") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal(["c#0"], await FindAsync(other.CreateDense(index.Embedder), "dog"));
    }

    [Fact]
    public async Task Collection_BegunAnewByAnotherModelBetweenTwoSearches_IsRefusedToQueriesOfTheFirst()
    {
        await using var index = await server.OpenAsync();
        using var wider = new TestEmbeddingGenerator
        {
            Metadata = new("test", defaultModelId: "wider", defaultModelDimensions: 3),
            GenerateAsyncCallback = (texts, _, _) => Task.FromResult(
                new GeneratedEmbeddings<Embedding<float>>(texts.Select(_ => new Embedding<float>(new float[] { 1, 2, 3 })))),
        };
        IRetriever[] retrievers =
            [index.Index.GetCollection().CreateDense(index.Embedder), index.Index.GetCollection().CreateHybrid(index.Embedder)];
        await index.UpsertAsync(Document("a", "a dog"));
        foreach (var retriever in retrievers)
        {
            Assert.Equal(["a#0"], await FindAsync(retriever, "dog"));
        }

        await index.Index.DeleteCollectionAsync(index.Collection.Name, Token);
        await index.Index.GetCollection().UpsertAsync(
            new[] { Document("b", "a dog") }.ToAsyncEnumerable(), wider, cancellationToken: Token);
        foreach (var retriever in retrievers)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => FindAsync(retriever, "dog"));
        }
    }

    [Fact]
    public async Task DocumentIds_ByPrefixAndMetadata_AreInOrder()
    {
        await using var index = await server.OpenAsync();
        string[] ids = ["a/b", "a", "a%b", "b", "Ä", "a_c", "é", "a/" + new string('x', 50)];
        await index.UpsertAsync([.. ids.Select((id, i) => Document(id, "cat") with { Metadata = Metadata(("year", $"{2018 + i}")) })]);
        Assert.Equal(
            ids.Order(StringComparer.Ordinal), await index.Collection.GetDocumentIdsAsync(cancellationToken: Token).ToArrayAsync(Token));
        Assert.Equal(["a/b", "a/" + new string('x', 50)], await index.Collection.GetDocumentIdsAsync("a/", cancellationToken: Token)
            .ToArrayAsync(Token));
        Assert.Equal(["a%b", "a_c"], await index.Collection.GetDocumentIdsAsync(
            filter: MetadataFilter.Parse("year=2020|2023"), cancellationToken: Token).ToArrayAsync(Token));
        Assert.Equal(
            new Dictionary<string, long> { ["2018"] = 1 },
            (await index.Collection.CountDocumentsByAsync("year", Token)).Take(1).ToDictionary());
        Assert.Empty(await index.Collection.CountDocumentsByAsync("none", Token));
    }

    [Fact]
    public async Task ReadOnly_OfWhatIsThere_SearchesAndChangesNothing()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        var options = new PostgresIndexOptions { Schema = index.Options.Schema, TablePrefix = index.Options.TablePrefix, ReadOnly = true };
        var reading = await PostgresIndex.OpenAsync(index.Source, options, Token);
        Assert.Equal(["a#0"], await FindAsync(reading.GetCollection().Lexical, "cat"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reading.GetCollection().DeleteAsync(["a"], Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reading.DeleteCollectionAsync("default", Token));
        options.Schema = "resift_no_such_schema";
        var missing = await Assert.ThrowsAsync<InvalidDataException>(() => PostgresIndex.OpenAsync(index.Source, options, Token));
        Assert.Contains("There is no index", missing.Message, StringComparison.Ordinal);
    }

    private static async Task<(long Documents, long Passages)> CountsAsync(TestIndex index)
    {
        var info = await index.Collection.GetInfoAsync(Token);
        return (info.Documents, info.Passages);
    }

    private sealed class Reports(List<UpsertResult> list) : IProgress<UpsertResult>
    {
        public void Report(UpsertResult value) => list.Add(value);
    }
}
