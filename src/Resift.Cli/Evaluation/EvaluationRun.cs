using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Opens what an evaluation needs beside rerankers.</summary>
/// <param name="Embedder">Opens the embedder.</param>
/// <param name="Collection">Opens the collection of an index file.</param>
internal sealed record EvaluationOpening(
    Func<IEmbeddingGenerator<string, Embedding<float>>> Embedder, Func<CancellationToken, Task<OpenCollection>> Collection)
{
    /// <summary>Gets the language model that judges; null for none. It is not disposed.</summary>
    public (IChatClient Client, string Name)? Judge { get; init; }
}

/// <summary>Goes through all sets of a plan, one by one.</summary>
internal sealed class EvaluationRun(CliConsole console, EvaluationPlan plan, EvaluationOpening opening, PairStore store)
{
    /// <summary>Evaluates them.</summary>
    public async Task<EvaluationReport> RunAsync(CancellationToken cancellationToken)
    {
        using var rerankers = new OpenRerankers(store, plan.MaxCost);
        var judge = opening.Judge is { } model ? new RelevanceJudge(model.Client, model.Name, store) : null;
        var sets = new List<SetReport>();
        await foreach (var set in OpenAsync(cancellationToken))
        {
            sets.Add(await new SetEvaluation(console, plan, set, rerankers, judge).RunAsync(cancellationToken));
        }

        return new() { Measure = plan.Measures[0], Command = plan.Command, Seed = plan.Seed, Sets = sets };
    }

    /// <summary>Gets the judged scores of the plan's first system, and their scale.</summary>
    public async Task<(IReadOnlyList<JudgedExample> Examples, ScoreScale Scale)> ReadScoresAsync(CancellationToken cancellationToken)
    {
        using var rerankers = new OpenRerankers(store, plan.MaxCost);
        var scale = rerankers.Open(plan.Systems[0]).Metadata.ScoreScale;
        if (!scale.CanConvertTo(ScoreScale.Logit))
        {
            throw new NotSupportedException($"{plan.Systems[0].Name} gives scores on the scale '{scale.Name()}', which cannot be " +
                "calibrated; a reranker of logits or probabilities was expected.");
        }

        var examples = new List<JudgedExample>();
        await foreach (var set in OpenAsync(cancellationToken))
        {
            var qrels = set.Judged.Qrels ?? throw new InvalidDataException(
                $"Nobody judged the queries of {set.Name}, and a calibration is fitted to judgements.");
            var rankings = await new SetEvaluation(console, plan, set, rerankers).RankAsync(cancellationToken);

            // Queries of different sets may have the same id.
            examples.AddRange(JudgedScores.Of(rankings, qrels)
                .Select(example => example with { QueryId = $"{set.Name} {example.QueryId}" }));
        }

        return (examples, scale);
    }

    /// <summary>Opens the sets one by one; each is disposed when the next one is wanted.</summary>
    public async IAsyncEnumerable<EvaluationSet> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (plan.Judged is not null)
        {
            using var set = await EvaluationSet.OpenIndexAsync(plan, opening.Collection, opening.Embedder, console, cancellationToken);
            yield return set;
        }

        foreach (string folder in plan.Folders)
        {
            using var set = await EvaluationSet.OpenFolderAsync(
                folder, plan, () => new StoredEmbedder(opening.Embedder(), store), console, cancellationToken);
            yield return set;
        }
    }
}
