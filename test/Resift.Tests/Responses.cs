using CsCheck;

namespace Resift.Tests;

/// <summary>Responses for property tests: up to twelve results with shuffled indices, many ties and extreme scores.</summary>
internal static class Responses
{
    public static Gen<RerankResponse> OfLogits { get; } = Of(
        ScoreScale.Logit,
        Gen.OneOf(
            Gen.Int[-6, 6].Select(n => n / 2.0),
            Gen.Double[-20, 20],
            Gen.OneOf(double.NegativeInfinity, -900, 900, double.PositiveInfinity)));

    public static Gen<RerankResponse> OfProbabilities { get; } =
        Of(ScoreScale.Probability, Gen.OneOf(Gen.Int[0, 4].Select(n => n / 4.0), Gen.Double[0, 1]));

    public static Gen<RerankResponse> OfCosines { get; } =
        Of(ScoreScale.Cosine, Gen.OneOf(Gen.Int[-4, 4].Select(n => n / 4.0), Gen.Double[-1, 1]));

    public static Gen<RerankResponse> OfRanks { get; } = Of(ScoreScale.Rank, Gen.Int[1, 20].Select(n => 1.0 / n));

    public static Gen<RerankResponse> OfUnspecified { get; } = Of(ScoreScale.Unspecified, Gen.Double[-30, 30]);

    public static Gen<RerankResponse> OfAnyProbability { get; } = Gen.OneOf(OfLogits, OfProbabilities);

    public static Gen<RerankResponse> OfAnyScale { get; } = Gen.OneOf(OfLogits, OfProbabilities, OfCosines, OfRanks, OfUnspecified);

    /// <summary>Makes a response of scores by document index.</summary>
    public static RerankResponse Of(ScoreScale scale, params double[] scores) => RerankResponse.Create(scores, scale, topN: null);

    public static RerankResponse Degraded(this RerankResponse response) => response with { DegradedReason = "the reranker is down" };

    public static IEnumerable<int> Indices(this RerankResponse response) => response.Results.Select(result => result.Index);

    /// <summary>Tells that a part has some of the whole's results in the whole's order, and everything else of it.</summary>
    public static void AssertPart(RerankResponse whole, RerankResponse part)
    {
        Assert.Equal(whole.Results.Where(part.Results.Contains), part.Results);
        Assert.Equal(whole.ScoreScale, part.ScoreScale);
        Assert.Equal((whole.ModelId, whole.DegradedReason), (part.ModelId, part.DegradedReason));
        Assert.Same(whole.Usage, part.Usage);
    }

    /// <summary>Tells that a part is the beginning of the whole.</summary>
    public static void AssertBeginning(RerankResponse whole, RerankResponse part)
    {
        AssertPart(whole, part);
        Assert.Equal(whole.Results.Take(part.Results.Count), part.Results);
    }

    // 41 is prime, so that no index occurs twice.
    private static Gen<RerankResponse> Of(ScoreScale scale, Gen<double> score) => score.Array[0, 12].Select(scores =>
        RerankResponse.Create(scores.Select((value, i) => new RerankResult((i * 17) % 41, value)), scale, topN: null) with
        {
            ModelId = "test",
            Usage = new() { Pairs = scores.Length },
        });
}
