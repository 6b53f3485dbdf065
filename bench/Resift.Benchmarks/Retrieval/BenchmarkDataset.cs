using Resift.Evaluation;
using Resift.Retrieval;

namespace Resift.Benchmarks;

/// <summary>A corpus with judged queries, in the files of BEIR.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Documents">The corpus; a document's text is its title, a space, and its text.</param>
/// <param name="Queries">The queries that are judged.</param>
internal sealed record BenchmarkDataset(string Name, IReadOnlyList<SearchDocument> Documents, IReadOnlyList<JudgedQuery> Queries)
{
    public static async Task<BenchmarkDataset> ReadAsync(BeirDataset dataset, int queries)
    {
        var texts = await dataset.ReadQueriesAsync();
        var qrels = await dataset.ReadQrelsAsync();
        return new(
            dataset.Name,
            await dataset.ReadCorpusAsync().Select(document => new SearchDocument(document.Id, document.TitleAndText)).ToListAsync(),
            [.. qrels.QueryIds.Take(queries).Select(id => new JudgedQuery(texts[id].Trim(), qrels.GetGrades(id)))]);
    }
}

/// <summary>A query whose relevant documents are known.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="Grades">The grades of the judged documents, by id; the others are not relevant.</param>
internal sealed record JudgedQuery(string Text, IReadOnlyDictionary<string, int> Grades)
{
    /// <summary>Measures nDCG@10 of documents in the order in which they were given.</summary>
    public double NdcgAt10(IEnumerable<string> documents) => Measure.Ndcg(10).Evaluate(Grades, Ranked(documents));

    /// <summary>Measures which share of the relevant documents was found.</summary>
    public double Recall(IEnumerable<string> documents) => Measure.SetRecall().Evaluate(Grades, Ranked(documents));

    private static IEnumerable<ScoredDocument> Ranked(IEnumerable<string> documents) =>
        documents.Select((id, place) => new ScoredDocument(id, -place));
}
