namespace Resift.Evaluation;

/// <summary>The formulas of the measures for one query, as trec_eval has them; where nothing is relevant they are 0.</summary>
internal static class MeasureFormulas
{
    // gdeval, which the official figures of TREC's web tracks are from, has this highest grade for every collection.
    private const int HighestGrade = 4;

    public static double Ndcg(Measure measure, RankedGrades ranked)
    {
        var judged = ranked.Judged;
        double ideal = Gain(judged[..Math.Min(measure.Cutoff ?? int.MaxValue, judged.Length)], measure.HasExponentialGain);
        return ideal == 0 ? 0 : Gain(ranked.Found(measure.Cutoff), measure.HasExponentialGain) / ideal;
    }

    public static double AveragePrecision(Measure measure, RankedGrades ranked)
    {
        var found = ranked.Found(measure.Cutoff);
        int relevant = 0;
        double sum = 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] >= measure.RelevantFrom)
            {
                sum += (double)++relevant / (i + 1);
            }
        }

        return Share(sum, ranked.CountJudged(measure.RelevantFrom));
    }

    public static double ReciprocalRank(Measure measure, RankedGrades ranked)
    {
        var found = ranked.Found(measure.Cutoff);
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] >= measure.RelevantFrom)
            {
                return 1.0 / (i + 1);
            }
        }

        return 0;
    }

    public static double Recall(Measure measure, RankedGrades ranked) =>
        Share(CountRelevant(measure, ranked.Found(measure.Cutoff)), ranked.CountJudged(measure.RelevantFrom));

    public static double Precision(Measure measure, RankedGrades ranked) =>
        Share(CountRelevant(measure, ranked.Found(measure.Cutoff)), measure.Cutoff!.Value);

    public static double Success(Measure measure, RankedGrades ranked) =>
        CountRelevant(measure, ranked.Found(measure.Cutoff)) > 0 ? 1 : 0;

    public static double RPrecision(Measure measure, RankedGrades ranked)
    {
        int relevant = ranked.CountJudged(measure.RelevantFrom);
        return Share(CountRelevant(measure, ranked.Found(relevant)), relevant);
    }

    public static double Bpref(Measure measure, RankedGrades ranked)
    {
        int relevant = ranked.CountJudged(measure.RelevantFrom);
        int most = Math.Min(ranked.CountJudged(0) - relevant, relevant);
        int others = 0;
        double sum = 0;
        foreach (int grade in ranked.Found())
        {
            if (grade >= measure.RelevantFrom)
            {
                // Where no other document is above, there may be none at all to divide by.
                sum += others == 0 ? 1 : 1 - ((double)Math.Min(others, relevant) / most);
            }
            else if (grade >= 0)
            {
                others++;
            }
        }

        return Share(sum, relevant);
    }

    public static double ExpectedReciprocalRank(Measure measure, RankedGrades ranked)
    {
        var found = ranked.Found(measure.Cutoff);
        double unsatisfied = 1;
        double sum = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double satisfied = ExponentialGain(Math.Min(found[i], HighestGrade)) / (1 << HighestGrade);
            sum += unsatisfied * satisfied / (i + 1);
            unsatisfied *= 1 - satisfied;
        }

        return sum;
    }

    public static double RankBiasedPrecision(Measure measure, RankedGrades ranked)
    {
        double weight = 1 - measure.Persistence;
        double sum = 0;
        foreach (int grade in ranked.Found(measure.Cutoff))
        {
            sum += grade >= measure.RelevantFrom ? weight : 0;
            weight *= measure.Persistence;
        }

        return sum;
    }

    public static double Judged(Measure measure, RankedGrades ranked)
    {
        var found = ranked.Found(measure.Cutoff);
        return Share(found.Length - found.Count(RankedGrades.Unjudged), found.Length);
    }

    public static double SetPrecision(Measure measure, RankedGrades ranked) =>
        Share(CountRelevant(measure, ranked.Found()), ranked.Found().Length);

    private static double Share(double part, int whole) => whole == 0 ? 0 : part / whole;

    private static int CountRelevant(Measure measure, ReadOnlySpan<int> grades)
    {
        int count = 0;
        foreach (int grade in grades)
        {
            count += grade >= measure.RelevantFrom ? 1 : 0;
        }

        return count;
    }

    private static double Gain(ReadOnlySpan<int> grades, bool isExponential)
    {
        double sum = 0;
        for (int i = 0; i < grades.Length; i++)
        {
            if (grades[i] > 0)
            {
                sum += (isExponential ? ExponentialGain(grades[i]) : grades[i]) / Math.Log2(i + 2);
            }
        }

        return sum;
    }

    private static double ExponentialGain(int grade) => grade > 0 ? Math.Pow(2, grade) - 1 : 0;
}
