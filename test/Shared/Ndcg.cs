using System.Text;

namespace Resift.Testing;

/// <summary>
/// Normalised discounted cumulative gain as trec_eval computes it (Järvelin and Kekäläinen, 2002): the grade itself is the gain,
/// log2(rank + 1) the discount, and equal scores are ordered by document id, descending by bytes.
/// </summary>
internal static class Ndcg
{
    /// <summary>Computes nDCG at a depth for one query.</summary>
    /// <param name="grades">The grades of the judged documents; others have grade 0.</param>
    /// <param name="ranking">The documents with their scores, in any order.</param>
    /// <param name="depth">How many of the best documents count.</param>
    /// <returns>A number in [0, 1]; 0 if no document is relevant.</returns>
    public static double At(int depth, IReadOnlyDictionary<string, int> grades, IEnumerable<(string DocumentId, double Score)> ranking)
    {
        var found = ranking
            .OrderByDescending(document => document.Score)
            .ThenByDescending(document => document.DocumentId, ByBytes)
            .Select(document => grades.GetValueOrDefault(document.DocumentId));
        double best = Gain(grades.Values.OrderDescending(), depth);
        return best == 0 ? 0 : Gain(found, depth) / best;
    }

    private static Comparer<string> ByBytes { get; } =
        Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

    private static double Gain(IEnumerable<int> grades, int depth) =>
        grades.Take(depth).Index().Sum(item => Math.Max(item.Item, 0) / Math.Log2(item.Index + 2));
}
