namespace Resift.Retrieval;

/// <summary>
/// Creates the text of a document that a retriever or a reranker reads: what tells where the passage stands, a line of its own, and then
/// the passage.
/// </summary>
/// <remarks>
/// "So, you would be able to share the same data" could stand anywhere; behind "Databases > Sessions" it answers something. What is shown
/// of a document stays its <see cref="SearchDocument.Text"/>. Immutable, and safe for concurrent use if the delegate is.
/// </remarks>
public sealed class PassageTemplate
{
    private const string Separator = " > ";

    private readonly Func<SearchDocument, string?> _prefix;
    private readonly (TokenCounter Count, int Max)? _limit;

    /// <summary>Creates a template.</summary>
    /// <param name="name">What tells it from other templates; an index remembers it, since vectors depend on it.</param>
    /// <param name="prefix">
    /// Gets what stands before a document's text, such as the brand and name of a product from its metadata; null or blank for nothing.
    /// </param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    public PassageTemplate(string name, Func<SearchDocument, string?> prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(prefix);
        Name = name;
        _prefix = prefix;
    }

    private PassageTemplate(PassageTemplate template, TokenCounter countTokens, int maxTokens)
        : this(template.Name, template._prefix) => _limit = (countTokens, maxTokens);

    /// <summary>
    /// Gets the default: "title > section > subsection", from the metadata <see cref="SearchDocument.TitleKey"/> and
    /// <see cref="PassageExtensions.HeadingKey"/>, each part once. A document that has neither is read as it is.
    /// </summary>
    public static PassageTemplate TitleAndHeadings { get; } = new("title > headings", document => HeadingOf(document));

    /// <summary>Gets the template that adds nothing.</summary>
    public static PassageTemplate TextOnly { get; } = new("text", static _ => null);

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>
    /// Creates the same template with a limit: prefix and passage together have so many tokens at most, for which the prefix is cut, as
    /// <see cref="TextOf(SearchDocument, TokenCounter, int)"/> does it. Its name stays the same.
    /// </summary>
    /// <param name="countTokens">Counts tokens.</param>
    /// <param name="maxTokens">The limit; at least 1. A passage that is longer by itself is read without a prefix.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public PassageTemplate Within(TokenCounter countTokens, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(countTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        return new(this, countTokens, maxTokens);
    }

    /// <summary>Gets what stands before a document's text, in one line.</summary>
    /// <param name="document">The document.</param>
    /// <returns>The line without its end; empty if there is nothing.</returns>
    public string PrefixOf(SearchDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return string.Join(' ', (_prefix(document) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Gets the text that is read of a document.</summary>
    /// <param name="document">The document.</param>
    /// <returns>Prefix and searched text.</returns>
    public string TextOf(SearchDocument document) => _limit is { } limit
        ? TextOf(document, limit.Count, limit.Max)
        : Join(PrefixOf(document), BodyOf(document));

    /// <summary>
    /// Gets the text that is read of a document where a model reads a limited number of tokens: words at the end of the prefix go first,
    /// then all of it, and never a word of the passage.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="countTokens">Counts as the model does.</param>
    /// <param name="maxTokens">How many tokens prefix and passage may have together.</param>
    /// <returns>Prefix, as far as it fits, and searched text.</returns>
    public string TextOf(SearchDocument document, TokenCounter countTokens, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(countTokens);
        string prefix = PrefixOf(document);
        string body = BodyOf(document);
        return prefix is "" ? body : Join(Fit(prefix, countTokens, maxTokens - countTokens(body)), body);
    }

    /// <summary>Gets the beginning of a prefix that has at most so many tokens, cut between words.</summary>
    internal static string Fit(string prefix, TokenCounter countTokens, int maxTokens)
    {
        if (maxTokens <= 0)
        {
            return "";
        }

        // By halves, since counting costs as much as reading: tokens grow with words.
        string[] words = prefix.Split(' ');
        int fits = 0;
        int tooMany = words.Length + 1;
        for (int tried = words.Length; fits + 1 < tooMany; tried = (fits + tooMany) / 2)
        {
            if (countTokens(string.Join(' ', words, 0, tried)) <= maxTokens)
            {
                fits = tried;
            }
            else
            {
                tooMany = tried;
            }
        }

        return string.Join(' ', words, 0, fits).TrimEnd('>', ' ');
    }

    /// <summary>Gets title and headings of a document, each once, as "title > section > subsection"; null if it has none.</summary>
    internal static string? HeadingOf(SearchDocument document)
    {
        string[] parts =
        [
            .. document.Metadata.GetValueOrDefault(SearchDocument.TitleKey, "").Split('\n')[..1],
            .. document.Metadata.GetValueOrDefault(PassageExtensions.HeadingKey, "").Split(Separator),
        ];
        var once = parts.Select(part => part.Trim()).Where(part => part.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return once is [] ? null : string.Join(Separator, once);
    }

    private static string BodyOf(SearchDocument document) => document.SearchedText ?? document.Text;

    private static string Join(string prefix, string body) => prefix is "" ? body : $"{prefix}\n{body}";
}
