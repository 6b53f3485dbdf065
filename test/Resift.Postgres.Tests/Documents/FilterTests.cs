using CsCheck;
using Resift.Retrieval;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Documents;

public sealed class PlainFilterTests(PostgresServer server) : FilterTests(server);

public sealed class VectorFilterTests(VectorServer server) : FilterTests(server);

/// <summary>A filter in SQL means what it means everywhere else.</summary>
public abstract class FilterTests(TestServer server)
{
    private static readonly string[] _keys = ["lang", "Lang", "a'\"b", "$1", "year\\"];

    private static readonly string[] _values =
    [
        "en", "de", "", "x' OR 1=1 --", "a/b.c", "a/b/c", "😀", "/😀x", "line\nbreak", "[a-z]+(\\d|^$)", "a\\b", "\"", "{}", "éa", "nul\0",
        "2020", "2020-05", "2020-05-31", "2020-05-31T12:00:00Z", "2020-05-31T12:00:00+02:00", "2020-5-1", " 2020 ", "20 20", "+7", "-0",
        "0", "1e3", "1E-320", "1e999", "1e308", "Infinity", "NaN", "0x10", "1,000", "9007199254740993", "3.14", ".5", "5.", "٣",
    ];

    private static readonly string[] _patterns =
    [
        "*", "**", "?", "??", "???", "a*", "*/?", "**c", "a/?", "*\n*", "[a-z]*", "\\*", "*😀*", "?😀?", "/?x", "/??", "x' *", "", "(*",
        "*$", "éa", "?a", "nul?", "*\0", "20??", "***", "e[n]",
    ];

    private static readonly string[] _ordered = [.. _values.Where(HasOrder)];

    private static readonly Gen<Dictionary<string, string>> _metadata =
        Gen.Select(Gen.Int[0, _keys.Length - 1], Gen.Int[0, _values.Length - 1]).Array[0, 4].Select(pairs =>
            pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => _keys[pair.Item1], pair => _values[pair.Item2]));

    private static readonly Gen<MetadataCondition> _conditions =
        Gen.Select(Gen.Int[0, _keys.Length - 1], Gen.Enum<MetadataOperator>(), Gen.Int[0, 999].Array[1, 3])
        .Select(drawn => drawn.Item2 switch
        {
            MetadataOperator.Like or MetadataOperator.NotLike =>
                new MetadataCondition(_keys[drawn.Item1], drawn.Item2, drawn.Item3.Select(i => _patterns[i % _patterns.Length])),
            MetadataOperator.Equal or MetadataOperator.NotEqual =>
                new(_keys[drawn.Item1], drawn.Item2, drawn.Item3.Select(i => _values[i % _values.Length])),
            _ => new(_keys[drawn.Item1], drawn.Item2, _ordered[drawn.Item3[0] % _ordered.Length]),
        });

    [Fact]
    public async Task Filter_AnyConditions_GivesWhatTheFilterSaysOfEachPassage()
    {
        await using var index = await server.OpenAsync();
        var documents = Gen.Select(_metadata, _metadata.Array[1, 3]).Array[60].Single(static _ => true, seed: "000c2vU1OZ41")
            .Concat(_values.Select(value => (Metadata(("lang", value)), new[] { Metadata() })));
        await index.UpsertAsync([.. documents.Select((document, i) => Make($"d{i}", document.Item1, document.Item2))]);
        var all = (await index.Collection.Lexical.RetrieveAsync("cat", new() { Candidates = 1000 }, Token)).Candidates;
        var dense = index.Collection.CreateDense(index.Embedder);
        await _conditions.Array[1, 3].SampleAsync(
            async conditions =>
            {
                var filter = new MetadataFilter(conditions);
                string[] expected = [.. all.Where(hit => filter.Matches(hit.Document.Metadata)).Select(hit => hit.Id).Order()];
                var options = new RetrievalOptions { Filter = filter, Candidates = 1000 };
                Assert.Equal(expected, (await FindAsync(index.Collection.Lexical, "cat", options)).Order());
                Assert.Equal(expected, (await FindAsync(dense, "cat", options)).Order());
            },
            iter: server.IsWhole ? 500 : 100,
            threads: 1);
    }

    [Fact]
    public async Task Filter_EveryPatternAndBoundAlone_GivesWhatTheFilterSays()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync([.. _values.Select((value, i) => Make($"d{i}", new() { ["lang"] = value }, [[]]))]);
        var all = (await index.Collection.Lexical.RetrieveAsync("cat", new() { Candidates = 1000 }, Token)).Candidates;
        foreach (var condition in _patterns.Select(pattern => new MetadataCondition("lang", MetadataOperator.Like, pattern))
            .Concat(_ordered.Select(bound => new MetadataCondition("lang", MetadataOperator.GreaterOrEqual, bound)))
            .Concat(_values.Select(value => new MetadataCondition("lang", MetadataOperator.Equal, value))))
        {
            var filter = new MetadataFilter([condition]);
            string[] expected = [.. all.Where(hit => filter.Matches(hit.Document.Metadata)).Select(hit => hit.Id).Order()];
            string[] found = await FindAsync(index.Collection.Lexical, "cat", new() { Filter = filter, Candidates = 1000 });
            Assert.True(expected.SequenceEqual(found.Order()), $"{condition.Operator} {condition.Values[0]}: {string.Join(' ', found)}, " +
                $"but {string.Join(' ', expected)} were expected.");
        }
    }

    private static bool HasOrder(string value)
    {
        try
        {
            return new MetadataCondition("key", MetadataOperator.Less, value) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IndexedDocument Make(string id, Dictionary<string, string> metadata, Dictionary<string, string>[] passages) => new(
        id,
        "1",
        () => passages.Select((own, i) => new SearchDocument($"{id}#{i}", "cat") { Metadata = own, Location = new(id, i, 3) }))
    {
        Metadata = metadata,
    };
}
