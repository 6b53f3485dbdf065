namespace Resift.Retrieval;

/// <summary>
/// Makes hits of passages: a document is as good as its best passage (MaxP; Dai and Callan, 2019, "Deeper Text Understanding for IR with
/// Contextual Neural Language Modeling").
/// </summary>
internal static class DocumentGroups
{
    /// <summary>Groups passages by document.</summary>
    /// <param name="passages">The passages, best first.</param>
    /// <param name="topN">How many documents to keep.</param>
    /// <returns>One hit for each document, in the order of their best passages.</returns>
    public static IReadOnlyList<SearchHit> Of(IEnumerable<SearchHit> passages, int topN) =>
        [.. passages.GroupBy(passage => passage.Id, StringComparer.Ordinal).Take(topN).Select((document, place) => document.First() with
        {
            Rank = place + 1,
            OtherPassages = [.. document.Skip(1).Select(passage => passage with { Rank = place + 1 })],
        })];
}
