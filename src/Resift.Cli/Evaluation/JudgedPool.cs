using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Judges what people have not: the ten best of every ranking of every query.</summary>
/// <param name="judge">The judge.</param>
/// <param name="people">The judgements of people; null where there are none.</param>
internal sealed class JudgedPool(RelevanceJudge judge, Qrels? people)
{
    private const int Depth = 10;

    // Enough to see whether judge and people agree: the standard error of kappa is then about 0.05.
    private const int MostCompared = 200;

    // What UMBRELA and TREC take for an answer: grade 1 is about the topic alone.
    private const int Answers = 2;

    private readonly Dictionary<string, Dictionary<string, string>> _texts = [];

    /// <summary>Adds the ten best of rankings.</summary>
    public void Add(IReadOnlyList<QueryRanking> rankings)
    {
        foreach (var ranking in rankings)
        {
            if (!_texts.TryGetValue(ranking.QueryId, out var texts))
            {
                _texts.Add(ranking.QueryId, texts = []);
            }

            var candidates = ranking.Candidates.Found.Candidates.ToLookup(candidate => candidate.Document.DocumentId);
            foreach (string id in ranking.DocumentIds.Take(Depth))
            {
                texts.TryAdd(id, candidates[id].First().Text);
            }
        }
    }

    /// <summary>Judges what is in the pool.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="progress">Hears how many queries are judged.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>All judgements, and a report on the judge.</returns>
    public async Task<(Qrels Qrels, JudgeReport Report)> JudgeAsync(
        IReadOnlyList<JudgedQuery> queries, Action<int> progress, CancellationToken cancellationToken)
    {
        // Where people only say whether a document is relevant, so does the judge.
        bool isBinary = people is not null && queries.All(query => people.GetGrades(query.Id).Values.All(grade => grade <= 1));
        var all = new Dictionary<string, Dictionary<string, int>>();
        var compared = new List<(bool People, bool Judge)>();
        foreach (var query in queries)
        {
            var known = people?.GetGrades(query.Id);
            var grades = known?.ToDictionary() ?? [];
            string[] ids = [.. _texts.GetValueOrDefault(query.Id, []).Keys.Where(
                id => known?.ContainsKey(id) != true || compared.Count < MostCompared)];
            var judged = await judge.JudgeAsync(query.Text, [.. ids.Select(id => _texts[query.Id][id])], cancellationToken);
            foreach (var (id, grade) in ids.Zip(judged))
            {
                if (grade is { } given && known?.TryGetValue(id, out int human) == true)
                {
                    compared.Add((human >= (isBinary ? 1 : Answers), given >= Answers));
                }
                else if (grade is { } fresh)
                {
                    grades.Add(id, isBinary ? (fresh >= Answers ? 1 : 0) : fresh);
                }
            }

            all.Add(query.Id, grades);
            progress(all.Count);
        }

        int count = all.Values.Sum(grades => grades.Count) - queries.Sum(query => people?.GetGrades(query.Id).Count ?? 0);
        return (
            Qrels.Create(all.Where(query => query.Value.Count > 0)),
            new(count, judge.Asked, judge.Unreadable, judge.Tokens, compared.Count, CohenKappa.Of(compared)));
    }
}

/// <summary>Cohen's kappa (1960): how far two judges agree beyond chance.</summary>
internal static class CohenKappa
{
    /// <summary>Computes it: 1 for judges that always agree, 0 for chance; null where chance alone makes them agree always.</summary>
    public static double? Of(IReadOnlyList<(bool One, bool Other)> judgements)
    {
        if (judgements.Count == 0)
        {
            return null;
        }

        double agreed = judgements.Count(pair => pair.One == pair.Other) / (double)judgements.Count;
        double one = judgements.Count(pair => pair.One) / (double)judgements.Count;
        double other = judgements.Count(pair => pair.Other) / (double)judgements.Count;
        double chance = (one * other) + ((1 - one) * (1 - other));
        return chance < 1 ? (agreed - chance) / (1 - chance) : null;
    }
}
