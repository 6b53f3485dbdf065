namespace Resift.Retrieval;

/// <summary>Cuts a text into the terms by which it is found.</summary>
/// <param name="text">A document or a query; any characters are allowed.</param>
/// <returns>The terms in order, repeated ones repeated; none if the text has none.</returns>
/// <remarks>Documents and queries must go through the same analyzer. Must be safe for concurrent use.</remarks>
public delegate IReadOnlyList<string> TextAnalyzer(string text);

/// <summary>The analyzers that come with Resift.</summary>
public static class TextAnalyzers
{
    /// <summary>
    /// Gets an analyzer for English, for code, and for scripts without spaces between words.
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item><description>A word is a run of letters and digits, in lower case, without the accents of Latin letters and without a
    /// contraction's end (<c>'s</c>, <c>'t</c>, <c>'ll</c>); at 255 characters it is cut.</description></item>
    /// <item><description>Where its case changes or a digit meets a letter, a word gives itself and its parts:
    /// <c>getHTTPResponse</c> gives <c>gethttprespons</c>, <c>get</c>, <c>http</c> and <c>respons</c>. <c>snake_case</c> and
    /// <c>self.stream.write</c> give their parts alone.</description></item>
    /// <item><description>33 English stop words are left out, unless a text has nothing else.</description></item>
    /// <item><description>Words are cut down to their stems by the English algorithm of Snowball.</description></item>
    /// <item><description>A run of Chinese, Japanese, Korean, Thai, Lao, Khmer or Burmese gives each two neighbouring characters
    /// (a bigram), so that a word of two or more is found anywhere in the run; a character that stands alone gives itself.
    /// </description></item>
    /// <item><description>Full-width letters and half-width katakana are read as their usual forms.</description></item>
    /// </list>
    /// <para>
    /// The terms depend on nothing but the text and the version of .NET's Unicode data. Time grows linearly with the text. Safe for
    /// concurrent use; throws <see cref="ArgumentNullException"/> for a null text.
    /// </para>
    /// </remarks>
    public static TextAnalyzer English { get; } = static text =>
    {
        ArgumentNullException.ThrowIfNull(text);
        return EnglishTerms.Read(text);
    };
}
