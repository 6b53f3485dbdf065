using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>Measures what a cascade loses against its full reranker, and what it saves.</summary>
[Trait("Category", "Quality")]
public sealed class CascadeTests
{
    [ReferenceTheory("datasets", Explicit = true)]
    [InlineData("scifact", "bm25-py.trec")]
    [InlineData("nfcorpus", "bm25-py.trec")]
    [InlineData("trec-dl21-passage", "bm25.trec")]
    public async Task UseCascade_StoredRun_LossIsSmall(string set, string runFile)
    {
        var run = await StoredRunReranking.OpenAsync(set, runFile, queries: 60, depth: 50);
        using var model = MiniModels.LoadReranker(new() { MaxTokens = 256 });
        using var generator = MiniModels.LoadEmbeddingGenerator();
        var count = model.GetService<TokenCounter>()!;
        using var full = new RememberedScores(
            model, (query, text, max) => Math.Min(256, count(query) + Math.Min(count(text), max ?? int.MaxValue) + 3));

        // Where vectors are stored, as in a dense first stage, only the query is embedded: its tokens, shared by all of its pairs, are
        // left out.
        using var embedder = new RememberedScores(new EmbeddingReranker(generator), (_, text, _) => Math.Min(256, count(text) + 2));
        double best = await run.MeasureAsync("full", full);
        await run.MeasureAsync("embedder alone", embedder);
        foreach (int keep in new[] { 10, 15, 20, 30 })
        {
            double ndcg = await run.MeasureAsync($"embedder, then {keep}", new CascadeReranker(embedder, full, new() { Keep = keep }));
            Assert.True(
                keep < 20 || ndcg > best - 0.03, $"The best {keep} by cosine should hold most of what counts: {ndcg} after {best}.");
        }

        foreach (int patience in new[] { 5, 10, 15, 20 })
        {
            var cascade = new CascadeReranker(embedder, full, new() { Keep = 50, Patience = patience });
            await run.MeasureAsync($"embedder, patience {patience}", cascade, topN: 10);
        }

        var cheapOptions = new RerankOptions { MaxTokensPerDocument = 64 };
        foreach (int keep in new[] { 10, 15, 20, 30 })
        {
            var cascade = new CascadeReranker(full, full, new() { Keep = keep, CheapOptions = cheapOptions });
            await run.MeasureAsync($"first 64 tokens, then {keep}", cascade);
        }
    }
}
