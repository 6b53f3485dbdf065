using System.Runtime.CompilerServices;

namespace Resift.Retrieval;

/// <summary>Reads the ids of a collection's documents, a page at a time, so that memory stays bounded.</summary>
internal static class DocumentIdPages
{
    /// <summary>How many ids a page has; the last one may have fewer.</summary>
    public const int Size = 1000;

    /// <summary>Reads the ids that begin with a prefix.</summary>
    /// <param name="prefix">The prefix; empty for all ids.</param>
    /// <param name="readPageAsync">
    /// Reads the next ids in order, <see cref="Size"/> at most: those that the comparison, a first argument such as <c>&gt;=</c>, holds for
    /// with the id that is the second.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async IAsyncEnumerable<string> ReadAsync(
        string prefix,
        Func<string, string, Task<List<string>>> readPageAsync,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // "More than" would pass over an id that is the prefix itself.
        string comparison = ">=";
        string from = prefix;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await readPageAsync(comparison, from).ConfigureAwait(false);
            foreach (string id in page)
            {
                if (!id.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return id;
            }

            if (page.Count < Size)
            {
                yield break;
            }

            from = page[^1];
            comparison = ">";
        }
    }
}
