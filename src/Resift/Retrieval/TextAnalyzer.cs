using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;

namespace Resift.Retrieval;

/// <summary>Cuts a text into the terms by which it is found.</summary>
/// <param name="text">A document or a query; any characters are allowed.</param>
/// <returns>The terms in order, repeated ones repeated; none if the text has none.</returns>
/// <remarks>Documents and queries must go through the same analyzer. Must be safe for concurrent use.</remarks>
public delegate IReadOnlyList<string> TextAnalyzer(string text);

/// <summary>The analyzers that come with Resift.</summary>
public static class TextAnalyzers
{
    // Lucene keeps one token stream for each thread, so that one analyzer serves all.
    private static readonly EnglishAnalyzer _english = new(LuceneVersion.LUCENE_48);

    /// <summary>
    /// Gets Lucene's analyzer for English (<c>EnglishAnalyzer</c> of Lucene.Net 4.8): words by the rules of Unicode, lower case, no
    /// possessive 's, without 33 stop words, with Porter's stemmer.
    /// </summary>
    public static TextAnalyzer English { get; } = static text => Terms(_english, text);

    private static List<string> Terms(Analyzer analyzer, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var terms = new List<string>();
        using var stream = analyzer.GetTokenStream("text", text);
        var term = stream.GetAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            terms.Add(term.ToString());
        }

        stream.End();
        return terms;
    }
}
