namespace Resift.Evaluation.Tests.Comparisons;

public sealed class RunAgreementTests
{
    [Fact]
    public void Of_TheSameRun_AgreesInEverything()
    {
        var run = Ranked(("q1", "abc"), ("q2", "d"));
        var agreement = RunAgreement.Of(run, run);

        Assert.Equal(1, agreement.Overlap, 1e-12);
        Assert.Equal(1, agreement.RankBiasedOverlap, 1e-12);
        Assert.Equal(1, agreement.KendallTau);
        Assert.Null(agreement.ByQuery["q2"].KendallTau);
    }

    [Theory]
    [InlineData("ab", "cd", 0, null)]
    [InlineData("abc", "cba", 1, -1.0)]
    [InlineData("abcd", "bacd", 1, 2.0 / 3)]
    [InlineData("abx", "bya", 2.0 / 3, -1.0)]
    [InlineData("abcdef", "abc", 1.0 / 2, 1.0)]
    public void Of_Rankings_OverlapAndKendall(string first, string second, double overlap, double? tau)
    {
        var agreement = RunAgreement.Of(Ranked(("q", first)), Ranked(("q", second))).ByQuery["q"];

        Assert.Equal(overlap, agreement.Overlap, 1e-12);
        Assert.Equal(tau is null, agreement.KendallTau is null);
        Assert.Equal(tau ?? 0, agreement.KendallTau ?? 0, 1e-12);
    }

    // Two lists of this length have 5 billion pairs, which are too many to look at one by one.
    [Fact]
    public void Of_LongRankings_HaveTheKendallOfTheirPairs()
    {
        const int Length = 100_000;
        int[] places = [.. Enumerable.Range(0, Length)];
        var straight = Long(places);

        Assert.Equal(-1, Tau(straight, Long([.. places.Reverse()])), 1e-12);

        // Halves that change places disagree in every pair across them, and agree in all others.
        int[] swapped = [.. places[(Length / 2)..], .. places[..(Length / 2)]];
        double across = (double)Length / 2 * (Length / 2) / (Length * (Length - 1.0) / 2);
        Assert.Equal(1 - (2 * across), Tau(straight, Long(swapped)), 1e-12);

        static double Tau(Run first, Run second) => RunAgreement.Of(first, second).KendallTau!.Value;

        static Run Long(int[] places) => Run.Create([KeyValuePair.Create("q", places.Select(
            (place, rank) => new ScoredDocument($"d{place}", -rank)))]);
    }

    // By every pair.
    [Fact]
    public void Of_ManyRankings_HaveTheKendallOfTheirPairs()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            char[] first = [.. "abcdefghijklmnop"];
            char[] second = [.. "abcdefghijklmnop"];
            random.Shuffle(first);
            random.Shuffle(second);
            int length = random.Next(2, first.Length);
            string shown = new(second[..length]);
            string common = new([.. first.Where(shown.Contains)]);
            int agreeing = 0;
            int pairs = 0;
            for (int a = 0; a < length; a++)
            {
                for (int b = a + 1; b < length; b++)
                {
                    agreeing += Place(common[a]) < Place(common[b]) ? 1 : -1;
                    pairs++;
                }
            }

            var tau = RunAgreement.Of(Ranked(("q", new string(first))), Ranked(("q", shown))).KendallTau;
            Assert.Equal((double)agreeing / pairs, tau!.Value, 1e-12);

            int Place(char document) => shown.IndexOf(document, StringComparison.Ordinal);
        }
    }

    // Agreement at the depths by hand: equation 32 of Webber et al. for even and uneven lists.
    [Fact]
    public void Of_Rankings_RankBiasedOverlap()
    {
        const double P = 0.8;
        double even = ((1 - P) / P * ((0 * P) + (1 * P * P))) + (1 * P * P);
        double uneven = ((1 - P) / P * ((1 * P) + (1 / 2.0 * P * P) + (2 / 3.0 * P * P * P) + (1 / 2.0 * 1 / 3 * P * P * P))) +
            ((((2 - 1) / 3.0) + (1 / 2.0)) * P * P * P);

        Assert.Equal(even, RunAgreement.Of(Ranked(("q", "ab")), Ranked(("q", "ba")), persistence: P).RankBiasedOverlap, 1e-12);
        Assert.Equal(uneven, RunAgreement.Of(Ranked(("q", "axb")), Ranked(("q", "ab")), persistence: P).RankBiasedOverlap, 1e-12);
    }

    [Fact]
    public void Of_QueryThatOneRunDoesNotHave_CountsAsDisjoint()
    {
        var agreement = RunAgreement.Of(Ranked(("q1", "a")), Ranked(("q1", "a"), ("q2", "b")), depth: 1);

        Assert.Equal(["q1", "q2"], agreement.ByQuery.Keys);
        Assert.Equal((0.5, 0.5), (agreement.Overlap, agreement.RankBiasedOverlap));
        Assert.Null(agreement.KendallTau);
        Assert.Throws<ArgumentException>("first", () => RunAgreement.Of(Ranked(), Ranked()));
        Assert.Throws<ArgumentOutOfRangeException>("persistence", () => RunAgreement.Of(Ranked(), Ranked(), persistence: 1));
    }

    private static Run Ranked(params (string QueryId, string Documents)[] queries) => Run.Create(queries.Select(query =>
        KeyValuePair.Create(query.QueryId, query.Documents.Select((id, rank) => new ScoredDocument(id.ToString(), -rank)))));
}
