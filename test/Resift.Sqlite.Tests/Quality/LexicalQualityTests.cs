using System.Text.Json;
using Microsoft.Extensions.AI;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Sqlite.Tests.Quality;

/// <summary>How good the words alone are: nDCG@10 beside that of the stored BM25 run of the same set.</summary>
[Trait("Category", "Quality")]
public sealed class LexicalQualityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("scifact")]
    [InlineData("nfcorpus")]
    [InlineData("cranfield")]
    [InlineData("cosqa")]
    public async Task Lexical_OfASharedSet_IsNotBelowTheStoredRun(string set)
    {
        string folder = TestData.Shared($"datasets/{set}");
        using var index = new TemporaryIndex() { Embedder = Constant() };
        await index.UpsertAsync([.. Records(folder, "corpus").Select(record => new IndexedDocument(
            record.Id, "1", () => [new SearchDocument(record.Id, record.Text)]))]);
        var qrels = Qrels.Read(Path.Combine(folder, "qrels", "test.tsv"));
        var queries = Records(folder, "queries").ToDictionary(record => record.Id, record => record.Text);
        var stored = File.ReadLines(Path.Combine(folder, "runs", "bm25-py.trec")).Select(line => line.Split(' '))
            .ToLookup(columns => columns[0], columns => (columns[2], double.Parse(columns[4], null)));
        double ours = 0;
        double theirs = 0;
        foreach (string id in qrels.QueryIds)
        {
            var response = await index.Collection.Lexical.RetrieveAsync(queries[id], new() { Candidates = 100 }, Token);
            ours += Ndcg.At(10, qrels[id], response.Candidates.Select(candidate => (candidate.Id, candidate.Score)));
            theirs += Ndcg.At(10, qrels[id], stored[id]);
        }

        ours /= qrels.QueryIds.Count;
        theirs /= qrels.QueryIds.Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{set}: nDCG@10 {ours:F4}, stored run {theirs:F4}");
        Assert.True(ours > theirs - 0.01, $"{set}: nDCG@10 {ours:F4} is below the stored run's {theirs:F4}.");
    }

    private static IEnumerable<(string Id, string Text)> Records(string folder, string name)
    {
        foreach (string line in File.ReadLines(Path.Combine(folder, $"{name}.jsonl")))
        {
            using var record = JsonDocument.Parse(line);
            string title = record.RootElement.TryGetProperty("title", out var value) ? value.GetString() ?? "" : "";
            string? text = record.RootElement.GetProperty("text").GetString();
            yield return (record.RootElement.GetProperty("_id").GetString()!, $"{title} {text}".Trim());
        }
    }

    // Nothing is searched by these vectors.
    private static TestEmbeddingGenerator Constant() => new()
    {
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
            texts.Select(_ => new Embedding<float>(new float[] { 1 })))),
    };
}
