using System.Diagnostics;

namespace Resift.Retrieval;

/// <summary>The candidates of one search in the order that the stages have given them so far, with what each stage said.</summary>
internal sealed class CandidateOrder
{
    private readonly FirstStage _first;
    private readonly SearchOptions _options;
    private readonly List<StageScore>[] _stages;
    private readonly List<(string Stage, RerankResponse Response)> _answers = [];
    private readonly List<string> _reasons = [];
    private int[] _order;
    private RerankOutcome? _lastStep;

    public CandidateOrder(FirstStage first, SearchOptions options)
    {
        _first = first;
        _options = options;
        _order = first.Order();
        _stages = [.. Enumerable.Range(0, Count).Select(index => first.StagesOf(index).ToList())];
        if (first.Found.DegradedReason is { } reason)
        {
            _reasons.Add(reason);
        }
    }

    public IReadOnlyList<Candidate> Candidates => _first.Candidates;

    public int Count => _first.Candidates.Count;

    public List<StageTiming> Timings { get; } = [];

    /// <summary>Gets the indices of the best candidates so far.</summary>
    /// <param name="depth">How many; null for all.</param>
    public int[] Best(int? depth) => _order[..Math.Min(depth ?? Count, Count)];

    /// <summary>Takes a reranker's answer in: what it read comes first, in the order of its scores mixed with the first stage's.</summary>
    public void Add(string stage, RerankOutcome outcome)
    {
        Timings.Add(new(stage, outcome.Elapsed));
        _lastStep = outcome;
        if (outcome.Response is not { } response)
        {
            string order = _answers is [] ? "the first stage's" : "that of the stage before it";
            _reasons.Add($"{outcome.Failure}; the order is {order}");
            return;
        }

        if (response.DegradedReason is { } reason)
        {
            _reasons.Add(reason);
        }

        _answers.Add((stage, response));
        Note(stage, response);

        // The scores of a degraded response are not the reranker's: a weight that is meant for those does not fit them.
        bool isMixed = !response.IsDegraded && (_options.FirstStageWeight > 0 || _first.HasPrior);
        var mixed = isMixed ? Interpolation.Mix(response, _first, _options.FirstStageWeight) : response;
        if (isMixed)
        {
            Note(SearchStages.Mixed, mixed);
        }

        int[] read = [.. mixed.Results.Select(result => result.Index)];
        _order = [.. read, .. _order.Except(read)];
    }

    /// <summary>Creates the answer: lets the caller cut, and makes hits of passages.</summary>
    public SearchResponse ToResponse()
    {
        long start = Stopwatch.GetTimestamp();
        var last = _answers is [] ? null : _answers[^1].Response;
        var kept = Selected(last);
        var hits = SearchHit.From(Passages(kept), _options);
        if (last is not null)
        {
            Timings.Add(new(SearchStages.Select, Stopwatch.GetElapsedTime(start)));
        }

        return new(hits)
        {
            CandidateCount = Count,
            RerankedCount = last?.Results.Count ?? 0,
            Tier = Tier(),
            ScoreScale = kept?.ScoreScale ?? last?.ScoreScale ?? _first.ScoreScale,
            ModelId = last?.ModelId,
            Timings = Timings,
            RerankUsage = _answers is [] || _answers.Exists(answer => answer.Response.Usage is null)
                ? null
                : RerankUsage.Sum([.. _answers.Select(answer => answer.Response.Usage!)]),
            LlmReport = LlmRerankReport.Sum(_answers.Select(answer => answer.Response.LlmReport)),
            QueryTokensCut = _answers.Select(answer => answer.Response.Usage?.QueryTokensCut ?? 0)
                .Append(_first.Found.QueryTokensCut)
                .Max(),
            EmbeddingUsage = _first.Found.Usage,
            IsSelected = kept is not null,
            DegradedReason = _reasons is [] ? null : string.Join("; ", _reasons),
        };
    }

    // What was asked for, unless nobody reranked, or a reranker failed: then the tier of the stage before it.
    private SearchTier Tier() => Count == 0 || _lastStep is { Response: not null } ? _options.Tier
        : _answers is [] ? SearchTier.FirstStageOnly
        : SearchTier.Light;

    // The part of the last stage's scores that the caller keeps; null where all candidates stay, scored or not.
    private RerankResponse? Selected(RerankResponse? last)
    {
        // Where a reranker failed or is degraded, the scores are not those that a cut is meant for.
        if (_options.Select is not { } select || Count == 0 || _lastStep is { Response: null or { IsDegraded: true } })
        {
            return null;
        }

        var scored = last ?? RerankResponse.Create([.. Candidates.Select(candidate => candidate.Score)], _first.ScoreScale, topN: null);
        var kept = select(scored, Candidates) ?? throw new InvalidOperationException(
            "SearchOptions.Select gave null; the part of the response that stays was expected. Give back the response itself to keep " +
            "everything.");
        var known = scored.Results.Select(result => result.Index).ToHashSet();
        foreach (var (index, _) in kept.Results)
        {
            if (!known.Contains(index))
            {
                throw new InvalidOperationException(
                    $"SearchOptions.Select gave back a result with the index {index}, which is none of the {known.Count} results that it " +
                    "got. Keep results with RerankResponse.Where, which leaves their indices as they are.");
            }
        }

        return kept;
    }

    private IEnumerable<SearchHit> Passages(RerankResponse? kept)
    {
        // Where the caller cut, only what is kept has a score that counts; else every stage's, the last one's first of all.
        var scores = new Dictionary<int, (double Score, ScoreScale Scale, string Stage)>();
        foreach (var (stage, response) in kept is null ? _answers : [(_answers is [] ? "" : _answers[^1].Stage, kept)])
        {
            foreach (var (index, score) in response.Results)
            {
                scores[index] = (score, response.ScoreScale, stage);
            }
        }

        foreach (int index in kept is null ? _order : _order.Where(scores.ContainsKey))
        {
            var candidate = Candidates[index];
            var (score, scale, stage) = scores.GetValueOrDefault(index, (candidate.Score, candidate.ScoreScale, ""));
            yield return new(candidate.Document, score)
            {
                ScoreScale = scale,
                ScoredBy = stage is "" ? _stages[index][^1].Stage : stage,
                Stages = _stages[index],
            };
        }
    }

    private void Note(string stage, RerankResponse response)
    {
        for (int place = 0; place < response.Results.Count; place++)
        {
            var (index, score) = response.Results[place];
            _stages[index].RemoveAll(earlier => earlier.Stage == stage);
            _stages[index].Add(new(stage, place + 1, score, response.ScoreScale));
        }
    }
}
