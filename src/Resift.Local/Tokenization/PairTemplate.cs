namespace Resift.Local.Tokenization;

/// <summary>Which special tokens stand around texts, and which type each token has.</summary>
/// <param name="BeforeText">The ids before a text that stands alone.</param>
/// <param name="AfterText">The ids behind a text that stands alone; all tokens of it have the type 0.</param>
internal sealed record PairTemplate(int[] BeforeText, int[] AfterText)
{
    /// <summary>Gets a template without special tokens; the second text of a pair has the type 1.</summary>
    public static PairTemplate Empty { get; } = new([], []) { Before = [], Between = [], After = [], FirstTypeBetween = 0 };

    /// <summary>Gets the ids before the first text of a pair.</summary>
    public required int[] Before { get; init; }

    /// <summary>Gets the ids between the texts of a pair.</summary>
    public required int[] Between { get; init; }

    /// <summary>Gets the ids behind the second text of a pair.</summary>
    public required int[] After { get; init; }

    /// <summary>
    /// Gets how many of the ids between the texts have the type 0; what follows has the type 1. Null where all tokens have the type 0.
    /// </summary>
    public required int? FirstTypeBetween { get; init; }

    /// <summary>Gets the number of special tokens around a text that stands alone.</summary>
    public int TokensOfText => BeforeText.Length + AfterText.Length;

    /// <summary>Gets the number of special tokens around a pair.</summary>
    public int TokensOfPair => Before.Length + Between.Length + After.Length;

    /// <summary>Creates BERT's template: <c>[CLS] A [SEP] B [SEP]</c>, with the type 1 from B on.</summary>
    public static PairTemplate Bert(int cls, int sep) =>
        new([cls], [sep]) { Before = [cls], Between = [sep], After = [sep], FirstTypeBetween = 1 };

    /// <summary>Creates RoBERTa's template: <c>&lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;</c>, without types.</summary>
    public static PairTemplate Roberta(int cls, int sep) =>
        new([cls], [sep]) { Before = [cls], Between = [sep, sep], After = [sep], FirstTypeBetween = null };

    /// <summary>Joins two texts.</summary>
    /// <param name="first">The ids of the first.</param>
    /// <param name="second">The ids of the second.</param>
    /// <param name="firstCut">How many ids of the first are left out already.</param>
    /// <param name="secondCut">How many ids of the second are left out already.</param>
    public TokenSequence JoinPair(ReadOnlySpan<int> first, ReadOnlySpan<int> second, int firstCut = 0, int secondCut = 0)
    {
        int[] ids = new int[TokensOfPair + first.Length + second.Length];
        Before.CopyTo(ids, 0);
        first.CopyTo(ids.AsSpan(Before.Length));
        Between.CopyTo(ids, Before.Length + first.Length);
        second.CopyTo(ids.AsSpan(Before.Length + first.Length + Between.Length));
        After.CopyTo(ids, ids.Length - After.Length);
        int firstType = FirstTypeBetween is { } between ? Before.Length + first.Length + between : ids.Length;
        return new(ids, firstType, firstCut, secondCut);
    }

    /// <summary>Puts the special tokens around a text that stands alone.</summary>
    public TokenSequence JoinText(ReadOnlySpan<int> text, int cut = 0)
    {
        int[] ids = new int[TokensOfText + text.Length];
        BeforeText.CopyTo(ids, 0);
        text.CopyTo(ids.AsSpan(BeforeText.Length));
        AfterText.CopyTo(ids, ids.Length - AfterText.Length);
        return new(ids, ids.Length, cut);
    }
}
