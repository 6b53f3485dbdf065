using System.Diagnostics.CodeAnalysis;
using Resift.Retrieval;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Documents;

public sealed class UpsertTests
{
    [Fact]
    public async Task Unchanged_Documents_AreNeitherCutNorEmbedded()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"), Document("b", "dogs bark"));
        index.Embedder.Received.Clear();
        var uncut = Document("a", "the cat sat") with { Passages = () => throw new InvalidOperationException("It was cut.") };
        var result = await index.UpsertAsync(uncut, Document("b", "dogs bark", "loudly"), Document("c", "birds"));
        Assert.Equal(
            new UpsertResult { Added = 1, Updated = 1, Unchanged = 1, PassagesEmbedded = 2, PassagesReused = 1, Usage = result.Usage },
            result);
        Assert.Equal(["loudly", "birds"], Assert.Single(index.Embedder.Received));
    }

    [Fact]
    public async Task ChangedMetadata_SameTexts_IsStoredAndNothingEmbedded()
    {
        using var index = new TemporaryIndex();
        var document = Document("a", "the cat sat", "on a mat");
        await index.UpsertAsync(With(document, ("lang", "en"), ("by", "me")));
        index.Embedder.Received.Clear();
        Assert.Equal(1, (await index.UpsertAsync(With(document, ("by", "me"), ("lang", "en")))).Unchanged);
        var result = await index.UpsertAsync(With(document, ("lang", "de")));
        Assert.Equal(new UpsertResult { Updated = 1, PassagesReused = 2 }, result);
        Assert.Empty(index.Embedder.Received);
        var response = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
        Assert.Equal([new("lang", "de")], Assert.Single(response.Candidates).Document.Metadata);
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat", new() { Filter = Filter(("lang", "en")) }));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat", new() { Filter = Filter(("lang", "de")) }));
    }

    [Fact]
    public async Task ChangedText_TheOldOne_IsNotFoundAnyMore()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"), Document("b", "dogs bark"));
        await index.UpsertAsync(Document("a", "birds sing"));
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat"));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "birds"));
        Assert.Equal(2, index.Collection.GetInfo().Passages);
        Check(index);
    }

    [Fact]
    public async Task SameIdTwice_TheLater_Stays()
    {
        using var index = new TemporaryIndex();
        var result = await index.UpsertAsync(Document("a", "the cat sat"), Document("a", "dogs bark"), Document("a", "dogs bark"));
        Assert.Equal((1, 1, 1), (result.Added, result.Updated, result.Unchanged));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat dog"));
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat"));
    }

    [Fact]
    public async Task Passages_ComeBack_AsTheyWentIn()
    {
        using var index = new TemporaryIndex();
        const string text = "Straße cat NUL\0after, emoji 😀, \"quotes\" and 'more'\r\n\tend";
        var whole = new SearchDocument("whole", text) { Metadata = Filter(("title", "Ünï\0code 😀"), ("both", "passage")) };
        var part = new SearchDocument("p1", "another cat") { Location = new("parts", 17, 11), Metadata = Filter(("heading", "One")) };
        await index.UpsertAsync(
            With(new("whole", "1", () => [whole]), ("lang", "en"), ("both", "document")),
            new("parts", "1", () => [part]));
        var response = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
        var byId = response.Candidates.ToDictionary(candidate => candidate.Id, candidate => candidate.Document);
        Assert.Equal(text, byId["whole"].Text);
        Assert.Null(byId["whole"].Location);
        Assert.Equal("whole", byId["whole"].DocumentId);
        Assert.Equal(Filter(("title", "Ünï\0code 😀"), ("both", "passage"), ("lang", "en")), byId["whole"].Metadata);
        Assert.Equal("another cat", byId["p1"].Text);
        Assert.Equal(new("parts", 17, 11), byId["p1"].Location);
        Assert.Equal(part.Metadata, byId["p1"].Metadata);

        // What comes after a NUL is searched as well.
        Assert.Equal(["whole"], await FindAsync(index.Collection.Lexical, "after"));
    }

    [Fact]
    public async Task HalfOfASurrogatePair_InText_BecomesTheReplacementCharacter()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "cat \ud83d sat"));
        var response = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
        Assert.Equal("cat \ufffd sat", Assert.Single(response.Candidates).Text);
    }

    [Fact]
    public async Task BlankPassages_AreLeftOut()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", " ", "the cat sat", "\r\n"), Document("empty"));
        Assert.Equal((2, 1), (index.Collection.GetInfo().Documents, index.Collection.GetInfo().Passages));
    }

    [Theory]
    [MemberData(nameof(Unfit))]
    [SuppressMessage("Usage", "xUnit1045", Justification = "The rows are made anew, not serialized.")]
    public async Task UnfitDocument_IsRefused(IndexedDocument document)
    {
        using var index = new TemporaryIndex();
        await Assert.ThrowsAsync<ArgumentException>(() => index.UpsertAsync(document));
        Assert.Equal(0, index.Collection.GetInfo().Documents);
    }

    public static TheoryData<IndexedDocument> Unfit() =>
    [
        Document("", "text"),
        Document("a\0b", "text"),
        Document("a\udc00", "text"),
        Document("a", "text") with { ContentHash = " " },
        Document("a", "text") with { Passages = () => [new("b", "of another document")] },
        Document("a", "text") with { Passages = () => [new("a", "one"), new("a", "two")] },
        Document("a", "text") with { Passages = () => [new("a", null!)] },
        Document("a", "text") with { Metadata = Filter(("key", null!)) },
    ];

    [Fact]
    public async Task ManyPassages_AreEmbeddedInBoundedCallsAndCommittedInBatches()
    {
        using var index = new TemporaryIndex();
        var reports = new List<UpsertResult>();
        var documents = Enumerable.Range(0, 500).Select(i => Document($"d{i:D3}", $"text {i}")).Append(Document("long", [.. Texts(300)]));
        var result = await index.Collection.UpsertAsync(
            documents.ToAsyncEnumerable(), index.Embedder, new Reports(reports), Token);
        Assert.Equal((501, 800), (result.Added, result.PassagesEmbedded));
        Assert.All(index.Embedder.Received, texts => Assert.InRange(texts.Length, 1, 128));
        Assert.InRange(reports.Count, 4, 20);
        Assert.Equal(reports.Select(report => report.Documents).Order(), reports.Select(report => report.Documents));
        Assert.Equal(result with { Usage = null }, reports[^1]);
        Check(index);
    }

    [Fact]
    public async Task Text_OfAPassage_IsMadeOnce()
    {
        using var index = new TemporaryIndex();
        int made = 0;
        var template = new PassageTemplate("counted", _ =>
        {
            made++;
            return "pets";
        });
        await index.Index.GetCollection(options: new() { Template = template }).UpsertAsync(
            new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, null, Token);
        Assert.Equal(["pets\nthe cat sat"], Assert.Single(index.Embedder.Received));

        // Once for the text, and once for the words of the prefix, which no limit of tokens cuts.
        Assert.Equal(2, made);
    }

    [Fact]
    public async Task LongTexts_AreEmbeddedInCallsOfBoundedTokens()
    {
        using var index = new TemporaryIndex();
        string text = new('x', 20_000);
        await index.UpsertAsync(Document("a", [.. Enumerable.Range(0, 10).Select(i => $"{text} {i}")]));
        Assert.Equal([3, 3, 3, 1], index.Embedder.Received.Select(texts => texts.Length));
    }

    [Fact]
    public async Task TruncatedPassages_AreCounted()
    {
        using var index = new TemporaryIndex() { Embedder = new() { MaxWords = 2 } };
        var result = await index.UpsertAsync(Document("a", "the cat", "the cat sat on the mat"));
        Assert.Equal(1, result.PassagesTruncated);
        Assert.Equal(4, result.Usage?.InputTokenCount);
    }

    [Fact]
    public async Task Cancellation_InTheMiddle_KeepsWhatIsCommitted()
    {
        using var index = new TemporaryIndex();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var documents = Enumerable.Range(0, 1000).Select(i => Document($"d{i}", $"text {i}")).Select(document =>
        {
            if (document.Id == "d600")
            {
                source.Cancel();
            }

            return document;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            index.Collection.UpsertAsync(documents.ToAsyncEnumerable(), index.Embedder, null, source.Token));
        long kept = index.Collection.GetInfo().Documents;
        Assert.InRange(kept, 1, 600);
        Check(index);
        index.Reopen();
        var result = await index.UpsertAsync([.. Enumerable.Range(0, 1000).Select(i => Document($"d{i}", $"text {i}"))]);
        Assert.Equal((kept, 1000 - kept), (result.Unchanged, result.Added));
    }

    private static void Check(TemporaryIndex index) => IndexCheck.Check(index.FilePath);

    private static IndexedDocument With(IndexedDocument document, params (string Key, string Value)[] metadata) =>
        document with { Metadata = Filter(metadata) };

    private static Dictionary<string, string> Filter(params (string Key, string Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    private static IEnumerable<string> Texts(int count) => Enumerable.Range(0, count).Select(i => $"passage {i}");

    private sealed class Reports(List<UpsertResult> list) : IProgress<UpsertResult>
    {
        public void Report(UpsertResult value) => list.Add(value);
    }
}
