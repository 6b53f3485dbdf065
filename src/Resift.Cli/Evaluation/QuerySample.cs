using System.Security.Cryptography;
using System.Text;

namespace Resift.Cli;

/// <summary>Draws some of many queries: the same ones on every machine and in every version, whatever their order in the file.</summary>
internal static class QuerySample
{
    /// <summary>Draws queries.</summary>
    /// <param name="ids">All of them.</param>
    /// <param name="count">How many at most; null for all.</param>
    /// <param name="seed">What another draw differs by.</param>
    /// <returns>The drawn ones, in the order in which they were given.</returns>
    public static IReadOnlyList<string> Draw(IReadOnlyList<string> ids, int? count, int seed)
    {
        if (count is not { } most || ids.Count <= most)
        {
            return ids;
        }

        var drawn = Shuffle(ids, seed).Take(most).ToHashSet();
        return [.. ids.Where(drawn.Contains)];
    }

    /// <summary>Gets queries in an order that has nothing to do with what they are.</summary>
    /// <param name="ids">All of them.</param>
    /// <param name="seed">What another order differs by.</param>
    public static IEnumerable<string> Shuffle(IEnumerable<string> ids, int seed) => ids.OrderBy(
        id => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {id}"))), StringComparer.Ordinal);
}
