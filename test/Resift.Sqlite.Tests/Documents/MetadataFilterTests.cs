using CsCheck;
using Resift.Retrieval;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Documents;

public sealed class MetadataFilterTests
{
    private static readonly string[] _keys = ["lang", "Lang", "by", "a'\"b", "$label0"];
    private static readonly string[] _values = ["en", "de", "", "x' OR 1=1 --", "a value that is longer than a hash of it would be"];

    private static readonly MetadataOperator[] _kinds =
        [MetadataOperator.Equal, MetadataOperator.NotEqual, MetadataOperator.Like, MetadataOperator.NotLike];

    private static readonly Gen<Dictionary<string, string>> _metadata =
        Gen.Select(Gen.Int[0, _keys.Length - 1], Gen.Int[0, _values.Length - 1]).Array[0, 4].Select(pairs =>
            pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => _keys[pair.Item1], pair => _values[pair.Item2]));

    private static readonly Gen<MetadataCondition> _conditions =
        Gen.Select(Gen.Int[0, _keys.Length - 1], Gen.Int[0, 3], Gen.Int[0, _values.Length - 1].Array[1, 3]).Select(drawn =>
            new MetadataCondition(
            _keys[drawn.Item1],
            _kinds[drawn.Item2],
            drawn.Item3.Select(value => drawn.Item2 < 2 ? _values[value] : _values[value].Replace('e', '?'))));

    [Fact]
    public async Task Filter_AnyMetadata_GivesExactlyThoseThatHaveIt() =>
        await Gen.Select(Gen.Select(_metadata, _metadata.Array[0, 4]).Array[1, 6], _metadata).SampleAsync(
            async (documents, filter) =>
            {
                using var index = new TemporaryIndex();
                await index.UpsertAsync([.. documents.Select((document, i) => Make($"d{i}", document.Item1, document.Item2))]);
                var all = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
                var expected = all.Candidates.Where(candidate => filter.All(pair =>
                    candidate.Document.Metadata.TryGetValue(pair.Key, out string? value) && value == pair.Value))
                    .Select(candidate => candidate.Id);
                var options = new RetrievalOptions { Filter = filter };
                Assert.Equal(documents.Sum(document => document.Item2.Length), all.Candidates.Count);
                Assert.Equal(expected.Order(), (await FindAsync(index.Collection.Lexical, "cat", options)).Order());
                Assert.Equal(expected.Order(), (await FindAsync(index.Collection.CreateDense(index.Embedder), "cat", options)).Order());
            },
            iter: 60,
            threads: 2);

    [Fact]
    public async Task Filter_ConditionsOfAnyKind_GiveWhatTheFilterSaysOfEachPassage() =>
        await Gen.Select(Gen.Select(_metadata, _metadata.Array[1, 3]).Array[1, 6], _conditions.Array[1, 3]).SampleAsync(
            async (documents, conditions) =>
            {
                using var index = new TemporaryIndex();
                await index.UpsertAsync([.. documents.Select((document, i) => Make($"d{i}", document.Item1, document.Item2))]);
                var filter = new MetadataFilter(conditions);
                var all = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);
                var expected = all.Candidates.Where(candidate => filter.Matches(candidate.Document.Metadata)).Select(hit => hit.Id);
                var options = new RetrievalOptions { Filter = filter };
                Assert.Equal(expected.Order(), (await FindAsync(index.Collection.Lexical, "cat", options)).Order());
                Assert.Equal(expected.Order(), (await FindAsync(index.Collection.CreateDense(index.Embedder), "cat", options)).Order());
            },
            iter: 60,
            threads: 2);

    [Fact]
    public async Task GetDocumentIds_ByConditions_GivesDocumentsThatFulfilThem()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync([.. Enumerable.Range(0, 5).Select(i => Document($"d{i}", "cat") with
        {
            Metadata = new Dictionary<string, string> { ["year"] = $"{2018 + i}", ["lang"] = i % 2 == 0 ? "en" : "de" },
        })]);
        Assert.Equal(["d2", "d4"], await IdsAsync("year>=2020", "lang=en"));
        Assert.Equal(["d0", "d1", "d4"], await IdsAsync("year!=2020|2021"));

        ValueTask<List<string>> IdsAsync(params string[] conditions) => index.Collection.GetDocumentIdsAsync(
            filter: MetadataFilter.Parse(conditions), cancellationToken: Token).ToListAsync(Token);
    }

    [Fact]
    public async Task Filter_ThatMostPassagesFulfil_IsKeptInAScanToo()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync([.. Enumerable.Range(0, 3000).Select(i => Document($"d{i}", $"cat number {i}") with
        {
            Metadata = new Dictionary<string, string> { ["third"] = $"{i % 3}" },
        })]);
        var dense = index.Collection.CreateDense(index.Embedder);
        var filter = new Dictionary<string, string> { ["third"] = "1" };
        var response = await dense.RetrieveAsync("cat number 4", new() { Filter = filter, Candidates = 20 }, Token);
        Assert.Equal(20, response.Candidates.Count);
        Assert.Equal("d4#0", response.Candidates[0].Id);
        Assert.All(response.Candidates, candidate => Assert.Equal("1", candidate.Document.Metadata["third"]));
        Assert.Equal(1000, (await FindAsync(dense, "cat", new() { Filter = filter, Candidates = 5000 })).Length);
    }

    private static IndexedDocument Make(string id, Dictionary<string, string> metadata, Dictionary<string, string>[] passages) => new(
        id,
        "1",
        () => passages.Select((own, i) => new SearchDocument($"{id}#{i}", "cat") { Metadata = own, Location = new(id, i, 3) }))
    {
        Metadata = metadata,
    };
}
