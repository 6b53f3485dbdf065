using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>
/// Turns texts into what FTS5 takes: the terms that the analyzer makes of them, ready, so that documents and queries are cut alike.
/// </summary>
internal static class TextQuery
{
    /// <summary>
    /// How many different terms of a query are looked for. A pasted page stays affordable, and its first words tell its subject.
    /// </summary>
    public const int MaxTerms = 64;

    /// <summary>Gets the terms of a document's text, with a blank between them.</summary>
    public static string TermsOf(string text) => string.Join(' ', TextAnalyzers.English(text));

    /// <summary>
    /// Creates a query for any of a text's terms, as quoted strings joined by OR; null if it has none. Inside quotes nothing has a meaning
    /// but the quote, and terms have none, so that no text can be a syntax error, an operator or a column.
    /// </summary>
    public static string? Create(string text)
    {
        string[] terms = [.. TextAnalyzers.English(text).Distinct(StringComparer.Ordinal).Take(MaxTerms)];
        return terms is [] ? null : string.Join(" OR ", terms.Select(Quoted));
    }

    private static string Quoted(string term) => $"\"{term.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
