using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>The terms of a passage with how often it has them, as the table keeps them.</summary>
/// <param name="Terms">The terms, each once.</param>
/// <param name="Counts">How much each counts: 1 for every time in the text, and twice that in title and headings.</param>
/// <param name="Words">How many terms there are, repeated ones repeated.</param>
internal sealed record PassageTerms(string[] Terms, int[] Counts, int Words)
{
    /// <summary>
    /// How many different terms of a query are looked for. A pasted page stays affordable, and its first words tell its subject.
    /// </summary>
    public const int MaxOfQuery = 64;

    // A word of title or headings says more about a passage than one of its text.
    private const int HeadingWeight = 2;

    public static PassageTerms Of(string heading, string text)
    {
        var headings = TextAnalyzers.English(heading);
        var words = TextAnalyzers.English(text);
        var counts = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        Add(headings, HeadingWeight);
        Add(words, 1);
        return new([.. counts.Keys], [.. counts.Values], headings.Count + words.Count);

        void Add(IReadOnlyList<string> terms, int weight)
        {
            foreach (string term in terms)
            {
                counts[term] = counts.GetValueOrDefault(term) + weight;
            }
        }
    }

    /// <summary>Gets the terms that a query asks for; empty if it has none.</summary>
    public static string[] OfQuery(string query) =>
        [.. TextAnalyzers.English(StorableText.Of(query)).Distinct(StringComparer.Ordinal).Take(MaxOfQuery)];
}
