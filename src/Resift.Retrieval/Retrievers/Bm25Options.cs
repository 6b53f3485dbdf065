namespace Resift.Retrieval;

/// <summary>How a <see cref="Bm25Retriever"/> reads and scores texts.</summary>
/// <remarks>The retriever copies it: later changes do not reach it.</remarks>
public sealed class Bm25Options
{
    /// <summary>Gets or sets k1: how fast further occurrences of a term in a document lose their worth. At least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public double K1
    {
        get;
        set => field = value is >= 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(K1), value, "K1 must be a number of at least 0.");
    } = 1.2;

    /// <summary>Gets or sets b: how much a document's length counts against it, from 0 (not at all) to 1 (fully).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1].</exception>
    public double B
    {
        get;
        set => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(B), value, "B must be between 0 and 1.");
    } = 0.75;

    /// <summary>Gets or sets what makes of a document the text that is searched.</summary>
    public PassageTemplate Template
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(Template));
    } = PassageTemplate.TitleAndHeadings;

    /// <summary>Gets or sets what cuts documents and queries into terms.</summary>
    public TextAnalyzer Analyzer
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(Analyzer));
    } = TextAnalyzers.English;

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy.</returns>
    public Bm25Options Clone() => (Bm25Options)MemberwiseClone();
}
