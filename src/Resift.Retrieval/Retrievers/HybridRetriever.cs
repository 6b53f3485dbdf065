using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>Asks several retrievers at once and fuses what they find.</summary>
/// <remarks>
/// A document that several find is one candidate, with its rank and score in each. If some of the retrievers fail, the answer comes from
/// the others and says so; what the caller did wrong, such as disposing an embedder too early, is thrown. Safe for concurrent use if the
/// retrievers are.
/// </remarks>
public sealed class HybridRetriever : IRetriever
{
    private readonly IRetriever[] _retrievers;
    private readonly FusionOptions _options;

    /// <summary>Creates a retriever of several.</summary>
    /// <param name="retrievers">The retrievers, each with a name of its own; at least one.</param>
    /// <param name="options">How their lists are fused; null for reciprocal rank fusion. It is copied.</param>
    /// <exception cref="ArgumentException">
    /// There is no retriever, two have one name, or the weights are not as many as the retrievers.
    /// </exception>
    public HybridRetriever(IReadOnlyList<IRetriever> retrievers, FusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(retrievers);
        _retrievers = [.. retrievers];
        _options = options?.Clone() ?? new();
        if (_retrievers is [] || _retrievers.DistinctBy(retriever => retriever.Name).Count() < _retrievers.Length)
        {
            throw new ArgumentException("At least one retriever was expected, and each with another name, but the names are: " +
                $"{string.Join(", ", _retrievers.Select(retriever => retriever.Name))}.", nameof(retrievers));
        }

        if (_options.Weights is { } weights && weights.Count != _retrievers.Length)
        {
            throw new ArgumentException(
                $"There are {weights.Count} weights for {_retrievers.Length} retrievers; one for each was expected.", nameof(options));
        }
    }

    /// <inheritdoc />
    /// <remarks><c>fused</c>.</remarks>
    public string Name => "fused";

    /// <inheritdoc />
    /// <exception cref="AggregateException">All retrievers failed.</exception>
    /// <exception cref="NotSupportedException">A retriever cannot do what the options ask for, such as filter.</exception>
    /// <exception cref="ObjectDisposedException">A retriever, or what it embeds with, is disposed.</exception>
    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new();
        var asking = _retrievers.Select(retriever => AskAsync(retriever, query, options, cancellationToken));
        var answers = await Task.WhenAll(asking).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (answers.All(answer => answer.Response is null))
        {
            throw new AggregateException($"No retriever answered ({string.Join(", ", _retrievers.Select(retriever => retriever.Name))}).",
                answers.Select(answer => answer.Error!));
        }

        long start = Stopwatch.GetTimestamp();
        using var activity = RetrievalTelemetry.StartStage(SearchStages.Fuse);
        var candidates = Fuse(answers, options.Candidates);
        activity?.SetTag(SearchNames.CandidateCount, candidates.Length);
        var fuseTiming = new StageTiming(SearchStages.Fuse, Stopwatch.GetElapsedTime(start));
        return new(candidates)
        {
            QueryEmbedding = answers.Select(answer => answer.Response?.QueryEmbedding ?? default).FirstOrDefault(vector => !vector.IsEmpty),
            Timings = [.. answers.Select(answer => new StageTiming(answer.Name, answer.Elapsed)), fuseTiming],
            Usage = Sum(answers),
            QueryTokensCut = answers.Max(answer => answer.Response?.QueryTokensCut ?? 0),
            DegradedReason = Degradation(answers),
        };
    }

    private static async Task<Answer> AskAsync(
        IRetriever retriever, string query, RetrievalOptions options, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            // A retriever in memory computes before it returns; the others must not wait for that.
            var response = await Task.Run(() => retriever.RetrieveTracedAsync(query, options, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            return new(retriever.Name, response, null, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && !RerankFailures.IsCallersMistake(error))
        {
            return new(retriever.Name, null, error, Stopwatch.GetElapsedTime(start));
        }
    }

    private static UsageDetails? Sum(Answer[] answers)
    {
        UsageDetails? sum = null;
        foreach (var usage in answers.Select(answer => answer.Response?.Usage).OfType<UsageDetails>())
        {
            (sum ??= new()).Add(usage);
        }

        return sum;
    }

    private static string? Degradation(Answer[] answers)
    {
        string[] reasons =
        [
            .. answers.Where(answer => answer.Error is not null)
                .Select(answer => $"the retriever '{answer.Name}' failed: {answer.Error!.Message}"),
            .. answers.Select(answer => answer.Response?.DegradedReason).OfType<string>(),
        ];
        return reasons is [] ? null : string.Join("; ", reasons);
    }

    private Candidate[] Fuse(Answer[] answers, int count)
    {
        // A retriever that failed is an empty list, so that every weight stays with its own.
        IReadOnlyList<Candidate>[] lists = [.. answers.Select(answer => answer.Response?.Candidates ?? [])];
        var scores = lists.Select(list => list.Select(candidate => KeyValuePair.Create(candidate.Id, candidate.Score)).ToArray());
        var fused = RankFusion.Fuse([.. scores], _options);
        var found = answers.SelectMany(WithStages).GroupBy(candidate => candidate.Id, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var scale = _options.Method == FusionMethod.ReciprocalRank ? ScoreScale.Rank : ScoreScale.Unspecified;
        return
        [
            .. fused.Take(count).Select((item, place) => new Candidate(found[item.Key][0].Document, item.Value)
            {
                ScoreScale = scale,
                Source = Name,
                Embedding = found[item.Key].Select(candidate => candidate.Embedding).FirstOrDefault(embedding => !embedding.IsEmpty),
                Stages = [.. found[item.Key].SelectMany(candidate => candidate.Stages), new(Name, place + 1, item.Value, scale)],
            }),
        ];
    }

    // A retriever that notes no places is one list, and its candidates' places in it would be lost here.
    private static IEnumerable<Candidate> WithStages(Answer answer) =>
        (answer.Response?.Candidates ?? []).Select((candidate, index) =>
            candidate with { Stages = candidate.StagesIn(answer.Name, index) });

    private sealed record Answer(string Name, RetrievalResponse? Response, Exception? Error, TimeSpan Elapsed);
}
