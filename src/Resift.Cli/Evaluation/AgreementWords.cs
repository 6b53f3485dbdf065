namespace Resift.Cli;

/// <summary>Says how much reranking changes, where nobody judged.</summary>
internal static class AgreementWords
{
    public const string Heading = "Nobody judged these queries, so this is how much reranking changes, and says nothing about whether it " +
        "is for the better. Judge some, or let a language model judge with --judge.";

    public static IReadOnlyList<string> Columns { get; } = ["first stage", "reranker", "overlap@10", "RBO", "Kendall's τ"];

    public static IReadOnlyList<string> Cells(AgreementReport agreement) =>
    [
        agreement.FirstStage,
        agreement.System,
        Figures.Quality(agreement.Overlap),
        Figures.Quality(agreement.RankBiasedOverlap),
        agreement.KendallTau is { } tau ? Figures.Quality(tau) : Figures.Unknown,
    ];
}
