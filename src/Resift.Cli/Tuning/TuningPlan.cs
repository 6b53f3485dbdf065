namespace Resift.Cli;

/// <summary>A tuning as the command line describes it.</summary>
/// <param name="Evaluation">The judged queries, the rerankers as they are used now, and the depths that are tried.</param>
internal sealed record TuningPlan(EvaluationPlan Evaluation)
{
    public const int DefaultFolds = 5;

    public static IReadOnlyList<int> DefaultDepths { get; } = [10, 20, 50];

    public static IReadOnlyList<double> DefaultWeights { get; } = [0, 0.2, 0.4, 0.6, 0.8];

    /// <summary>Gets the shares of the first stage in the order that are tried.</summary>
    public IReadOnlyList<double> Weights { get; init; } = DefaultWeights;

    /// <summary>Gets into how many parts queries are cut, each of which is measured by a choice on the others.</summary>
    public int Folds { get; init; } = DefaultFolds;

    /// <summary>Gets the precision that the profile's threshold is for; null for a profile without one.</summary>
    public double? WantedPrecision { get; init; }
}
