using System.Collections.ObjectModel;

namespace Resift.Evaluation;

/// <summary>How much two runs agree, for which no judgements are needed.</summary>
/// <remarks>It says how much changes from one to the other, and nothing about which of them is better. Immutable.</remarks>
public sealed class RunAgreement
{
    private RunAgreement(int depth, OrderedDictionary<string, QueryAgreement> byQuery)
    {
        Depth = depth;
        ByQuery = new ReadOnlyDictionary<string, QueryAgreement>(byQuery);
        Overlap = byQuery.Values.Average(query => query.Overlap);
        RankBiasedOverlap = byQuery.Values.Average(query => query.RankBiasedOverlap);
        KendallTau = byQuery.Values.Average(query => query.KendallTau);
    }

    /// <summary>Gets how many of the best documents <see cref="Overlap"/> looks at.</summary>
    public int Depth { get; }

    /// <summary>Gets the mean share of common documents among the best <see cref="Depth"/> of each run.</summary>
    public double Overlap { get; }

    /// <summary>Gets the mean rank-biased overlap: 1 for the same rankings, 0 for disjoint ones.</summary>
    public double RankBiasedOverlap { get; }

    /// <summary>
    /// Gets the mean of Kendall's τ over the queries that have one: 1 where common documents are in the same order, −1 in reverse; null if
    /// no query has.
    /// </summary>
    public double? KendallTau { get; }

    /// <summary>Gets the agreement for each query that either run has, in their order.</summary>
    public IReadOnlyDictionary<string, QueryAgreement> ByQuery { get; }

    /// <summary>Compares two runs, in the order of <see cref="Run.GetDocuments"/>.</summary>
    /// <param name="first">A run.</param>
    /// <param name="second">The other one.</param>
    /// <param name="depth">How many of the best documents <see cref="Overlap"/> looks at.</param>
    /// <param name="persistence">
    /// How much weight lower ranks have in <see cref="RankBiasedOverlap"/>: at 0.9, the first ten have 86 % of it.
    /// </param>
    /// <returns>The agreement.</returns>
    /// <exception cref="ArgumentException">Neither run has a query.</exception>
    public static RunAgreement Of(Run first, Run second, int depth = 10, double persistence = 0.9)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        if (persistence is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(persistence), persistence, "A number above 0 and below 1 was expected.");
        }

        var byQuery = new OrderedDictionary<string, QueryAgreement>();
        foreach (string queryId in first.QueryIds.Union(second.QueryIds))
        {
            string[] one = [.. first.GetDocuments(queryId).Select(document => document.Id)];
            string[] other = [.. second.GetDocuments(queryId).Select(document => document.Id)];
            byQuery.Add(queryId, new(OverlapAt(depth, one, other), ExtrapolatedOverlap(one, other, persistence), Tau(one, other)));
        }

        return byQuery.Count > 0 ? new(depth, byQuery) : throw new ArgumentException("Neither run has a query.", nameof(first));
    }

    private static double OverlapAt(int depth, string[] one, string[] other)
    {
        int most = Math.Min(depth, Math.Max(one.Length, other.Length));
        return most == 0 ? 1 : (double)one.Take(depth).Intersect(other.Take(depth)).Count() / most;
    }

    /// <summary>
    /// Computes rank-biased overlap as far as the lists go, and beyond as if it went on so: equation 32 of Webber, Moffat and Zobel, "A
    /// Similarity Measure for Indefinite Rankings", 2010.
    /// </summary>
    private static double ExtrapolatedOverlap(string[] one, string[] other, double persistence)
    {
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        if (shorter.Length == 0)
        {
            return longer.Length == 0 ? 1 : 0;
        }

        var seen = new HashSet<string>();
        double common = 0;
        double commonAtShorter = 0;
        double sum = 0;
        double weight = 1;
        for (int depth = 1; depth <= longer.Length; depth++)
        {
            common += seen.Add(longer[depth - 1]) ? 0 : 1;
            if (depth <= shorter.Length)
            {
                common += seen.Add(shorter[depth - 1]) ? 0 : 1;
                commonAtShorter = common;
            }

            weight *= persistence;
            double beyond = Math.Max(0, depth - shorter.Length) * commonAtShorter / shorter.Length;
            sum += (common + beyond) / depth * weight;
        }

        double end = ((common - commonAtShorter) / longer.Length) + (commonAtShorter / shorter.Length);
        return ((1 - persistence) / persistence * sum) + (end * weight);
    }

    /// <summary>Computes Kendall's τ over the documents that both have; null with fewer than two.</summary>
    private static double? Tau(string[] one, string[] other)
    {
        var places = other.Index().ToDictionary(document => document.Item, document => document.Index);
        int[] common = [.. one.Where(places.ContainsKey).Select(id => places[id])];
        if (common.Length < 2)
        {
            return null;
        }

        double pairs = common.Length * (common.Length - 1L) / 2.0;
        return 1 - (2 * CountInversions(common, new int[common.Length]) / pairs);
    }

    /// <summary>Counts the pairs in the wrong order, and sorts the places by merging (Knight 1966).</summary>
    private static long CountInversions(Span<int> places, Span<int> merged)
    {
        if (places.Length < 2)
        {
            return 0;
        }

        int middle = places.Length / 2;
        var left = places[..middle];
        var right = places[middle..];
        long inversions = CountInversions(left, merged[..middle]) + CountInversions(right, merged[middle..]);
        int taken = 0;
        for (int i = 0; i < merged.Length; i++)
        {
            int fromRight = i - taken;
            if (taken < left.Length && (fromRight == right.Length || left[taken] < right[fromRight]))
            {
                merged[i] = left[taken++];
            }
            else
            {
                // Behind everything of the left half that is still to come.
                merged[i] = right[fromRight];
                inversions += left.Length - taken;
            }
        }

        merged.CopyTo(places);
        return inversions;
    }
}

/// <summary>How much two runs agree for one query.</summary>
/// <param name="Overlap">The share of common documents among the best ones.</param>
/// <param name="RankBiasedOverlap">From 0 for disjoint rankings to 1 for the same.</param>
/// <param name="KendallTau">From −1 to 1 over the documents that both have; null with fewer than two.</param>
public readonly record struct QueryAgreement(double Overlap, double RankBiasedOverlap, double? KendallTau);
