using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>Measures what cutting, windows and their overlap do to abstracts that are longer than the model reads.</summary>
[Trait("Category", "Quality")]
public sealed class LongDocumentsTests
{
    [ReferenceFact("datasets", Explicit = true)]
    public async Task UseChunking_Scifact_NotWorseThanCutting()
    {
        var run = await StoredRunReranking.OpenAsync("scifact", "bm25-py.trec", queries: 60, depth: 50);
        using var model = MiniModels.LoadReranker(new() { MaxTokens = 256 });
        var count = model.GetService<TokenCounter>()!;
        using var remembered = new RememberedScores(model, (query, text, _) => Math.Min(256, count(query) + count(text) + 3));
        double cut = await run.MeasureAsync("cut at 256 tokens", remembered);
        foreach (int overlap in new[] { 0, 32, 64 })
        {
            var chunking = new ChunkingReranker(remembered, new() { OverlapTokens = overlap });
            double read = await run.MeasureAsync($"best window, overlap {overlap}", chunking);
            Assert.True(read > cut - 0.02, $"Reading all of a document should not make the order much worse: {read} after {cut}.");
        }
    }
}
