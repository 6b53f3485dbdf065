namespace Resift.Retrieval;

/// <summary>How a <see cref="Bm25Retriever"/> reads and scores texts.</summary>
public sealed record Bm25Options
{
    /// <summary>Gets k1: how fast further occurrences of a term in a document lose their worth. At least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public double K1
    {
        get;
        init => field = value is >= 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(K1), value, "K1 must be a number of at least 0.");
    } = 1.2;

    /// <summary>Gets b: how much a document's length counts against it, from 0 (not at all) to 1 (fully).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1].</exception>
    public double B
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(B), value, "B must be between 0 and 1.");
    } = 0.75;

    /// <summary>Gets what makes of a document the text that is searched.</summary>
    public PassageTemplate Template
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Template));
    } = PassageTemplate.TitleAndHeadings;

    /// <summary>Gets what cuts documents and queries into terms.</summary>
    public TextAnalyzer Analyzer
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Analyzer));
    } = TextAnalyzers.English;
}
