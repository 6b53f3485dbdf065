namespace Resift.Evaluation;

/// <summary>What the measures of one name have in common: their notation and their formula.</summary>
internal sealed class MeasureFamily(string name, CutoffRule cutoff, Func<Measure, RankedGrades, double> formula)
{
    public static readonly MeasureFamily Ndcg = new("nDCG", CutoffRule.Optional, MeasureFormulas.Ndcg) { Parameters = ["dcg"] };

    public static readonly MeasureFamily AveragePrecision =
        new("AP", CutoffRule.Optional, MeasureFormulas.AveragePrecision) { OtherName = "MAP", Parameters = ["rel"] };

    public static readonly MeasureFamily ReciprocalRank =
        new("RR", CutoffRule.Optional, MeasureFormulas.ReciprocalRank) { OtherName = "MRR", Parameters = ["rel"] };

    public static readonly MeasureFamily Recall =
        new("R", CutoffRule.Required, MeasureFormulas.Recall) { OtherName = "Recall", Parameters = ["rel"] };

    public static readonly MeasureFamily Precision =
        new("P", CutoffRule.Required, MeasureFormulas.Precision) { OtherName = "Precision", Parameters = ["rel"] };

    public static readonly MeasureFamily Success = new("Success", CutoffRule.Required, MeasureFormulas.Success) { Parameters = ["rel"] };

    public static readonly MeasureFamily RPrecision = new("Rprec", CutoffRule.None, MeasureFormulas.RPrecision) { Parameters = ["rel"] };

    public static readonly MeasureFamily Bpref = new("Bpref", CutoffRule.None, MeasureFormulas.Bpref) { Parameters = ["rel"] };

    public static readonly MeasureFamily ExpectedReciprocalRank =
        new("ERR", CutoffRule.Optional, MeasureFormulas.ExpectedReciprocalRank);

    // Without rel, ir_measures takes graded gains here: the same text must not mean another number.
    public static readonly MeasureFamily RankBiasedPrecision =
        new("RBP", CutoffRule.Optional, MeasureFormulas.RankBiasedPrecision) { Parameters = ["p", "rel"], AlwaysStatesRelevance = true };

    public static readonly MeasureFamily Judged = new("Judged", CutoffRule.Required, MeasureFormulas.Judged);

    public static readonly MeasureFamily SetPrecision = new("SetP", CutoffRule.None, MeasureFormulas.SetPrecision) { Parameters = ["rel"] };

    public static readonly MeasureFamily SetRecall = new("SetR", CutoffRule.None, MeasureFormulas.Recall) { Parameters = ["rel"] };

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<MeasureFamily> All { get; } =
    [
        Ndcg, AveragePrecision, ReciprocalRank, Recall, Precision, Success, RPrecision, Bpref, ExpectedReciprocalRank, RankBiasedPrecision,
        Judged, SetPrecision, SetRecall,
    ];

    /// <summary>Gets the name in the field's notation.</summary>
    public string Name { get; } = name;

    /// <summary>Gets another name that is read, if there is one.</summary>
    public string? OtherName { get; private init; }

    /// <summary>Gets whether there is a cut-off.</summary>
    public CutoffRule Cutoff { get; } = cutoff;

    /// <summary>Gets the names of the parameters.</summary>
    public IReadOnlyList<string> Parameters { get; private init; } = [];

    /// <summary>Gets a value indicating whether <c>rel</c> is written and asked for even where it is 1.</summary>
    public bool AlwaysStatesRelevance { get; private init; }

    /// <summary>Gets the formula for one query.</summary>
    public Func<Measure, RankedGrades, double> Formula { get; } = formula;

    /// <summary>Determines whether it goes by a name.</summary>
    public bool Is(string other) =>
        string.Equals(other, Name, StringComparison.OrdinalIgnoreCase) ||
        string.Equals(other, OtherName, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Whether a measure has a cut-off.</summary>
internal enum CutoffRule
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>It may have one.</summary>
    Optional,

    /// <summary>It says nothing without one.</summary>
    Required,
}
