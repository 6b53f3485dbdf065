using CsCheck;

namespace Resift.Tests.Selection;

public sealed class NearDuplicatesTests
{
    private static readonly Gen<float[][]> _embeddings =
        Gen.OneOf(Gen.Int[-3, 3].Select(n => n / 2f).Array[3], Gen.Const(Array.Empty<float>())).Array[41];

    private static readonly Gen<string[]> _texts =
        Gen.OneOf("Cats", "cats", "sleep", "long").Array[0, 6].Select(words => string.Join(", ", words)).Array[41];

    [Fact]
    public void WithoutNearDuplicates_AnyResponse_TheBestOfEachGroup() =>
        Gen.Select(Responses.OfAnyScale, _embeddings, Gen.Double[0.05, 1]).Sample((response, embeddings, threshold) =>
        {
            var kept = response.WithoutNearDuplicates(index => embeddings[index], threshold);
            AssertBestOfEach(response, kept, threshold, (index, other) => Cosine(embeddings[index], embeddings[other]));
            Assert.Equal(kept.Results, kept.WithoutNearDuplicates(index => embeddings[index], threshold).Results);
        });

    [Fact]
    public void WithoutNearDuplicateTexts_AnyResponse_TheBestOfEachGroup() =>
        Gen.Select(Responses.OfAnyScale, _texts, Gen.Double[0.05, 1]).Sample((response, texts, threshold) =>
        {
            var kept = response.WithoutNearDuplicateTexts(index => texts[index], threshold);
            AssertBestOfEach(response, kept, threshold, (index, other) => Resemblance(texts[index], texts[other]));
            Assert.Equal(kept.Results, kept.WithoutNearDuplicateTexts(index => texts[index], threshold).Results);
        });

    // 0 is like 1 and 1 like 2 (cosine 0.96 each), but 2 is not like 0 (0.84): with 1 gone nothing is said twice.
    [Fact]
    public void WithoutNearDuplicates_Chain_OnlyWhatIsLikeAResultThatStays()
    {
        float[][] embeddings = [[1, 0], [0.96f, 0.28f], [0.8432f, 0.5376f]];
        Assert.Equal([0, 2], Responses.Of(ScoreScale.Logit, 3, 2, 1).WithoutNearDuplicates(index => embeddings[index]).Indices());
    }

    [Fact]
    public void WithoutNearDuplicates_EqualVectorsAtThresholdOne_OneStays()
    {
        float[] vector = [0.1f, 0.2f, 0.3f, 0.7f, 1e-30f, 1e30f];
        Assert.Equal([1], Responses.Of(ScoreScale.Logit, 2, 3).WithoutNearDuplicates(_ => vector, threshold: 1).Indices());
    }

    [Fact]
    public void WithoutNearDuplicates_NoEmbeddings_AllStay() =>
        Assert.Equal([0, 1], Responses.Of(ScoreScale.Logit, 2, 1).WithoutNearDuplicates(index => new float[index == 0 ? 0 : 3]).Indices());

    // Nine words have seven runs of three; one more word at the end makes one run more: 7 of 8 are in common.
    [Fact]
    public void WithoutNearDuplicateTexts_OneWordMore_Duplicate()
    {
        string[] texts =
            ["A cat sleeps for sixteen hours on most days.", "a cat sleeps, for sixteen hours on most days, usually", "Dogs bark"];
        var response = Responses.Of(ScoreScale.Logit, 1, 3, 2);
        Assert.Equal([1, 2], response.WithoutNearDuplicateTexts(index => texts[index]).Indices());
        Assert.Equal([1, 2, 0], response.WithoutNearDuplicateTexts(index => texts[index], threshold: 0.88).Indices());
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("!!!", "!!!", true)]
    [InlineData("!!!", "???", false)]
    [InlineData("Cats", "cats!", true)]
    [InlineData("Cats", "dogs", false)]
    [InlineData("", "cats", false)]
    [InlineData("Café au lait", "CAFE\u0301 AU LAIT", false)]
    [InlineData("cafe\u0301 au lait", "CAFE\u0301 AU LAIT", true)]
    [InlineData("猫は一日に十六時間眠ると言われている動物です", "猫は一日に十六時間眠ると言われている動物だ。", true)]
    [InlineData("猫は一日に十六時間眠る", "犬は夜に大きな声で吠える", false)]
    public void WithoutNearDuplicateTexts_ShortAndForeignTexts_ComparedByWords(string text, string other, bool areDuplicates)
    {
        string[] texts = [text, other];
        var kept = Responses.Of(ScoreScale.Logit, 2, 1).WithoutNearDuplicateTexts(index => texts[index]);
        Assert.Equal(areDuplicates ? 1 : 2, kept.Results.Count);
    }

    [Fact]
    public void WithoutNearDuplicates_DegradedResponse_CutToo()
    {
        var response = Responses.Of(ScoreScale.Rank, 1, 0.5).Degraded();
        Assert.Equal([0], response.WithoutNearDuplicates(_ => new float[] { 1 }).Indices());
        Assert.Equal([0], response.WithoutNearDuplicateTexts(_ => "The same text.").Indices());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.1)]
    public void WithoutNearDuplicates_ThresholdOutOfRange_Refused(double threshold)
    {
        var response = Responses.Of(ScoreScale.Logit, 1);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(threshold), () => response.WithoutNearDuplicates(_ => default, threshold));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(threshold), () => response.WithoutNearDuplicateTexts(_ => "", threshold));
    }

    [Fact]
    public void WithoutNearDuplicateTexts_NullText_RefusedByDocument()
    {
        var error = Assert.Throws<ArgumentException>(
            "documents", () => Responses.Of(ScoreScale.Logit, 1).WithoutNearDuplicateTexts(_ => null!));
        Assert.Contains("document 0", error.Message, StringComparison.Ordinal);
    }

    // A likeness within rounding of the threshold may count either way.
    private static void AssertBestOfEach(RerankResponse response, RerankResponse kept, double threshold, Func<int, int, double> likeness)
    {
        Responses.AssertPart(response, kept);
        int[] stay = [.. kept.Indices()];
        for (int i = 0; i < stay.Length; i++)
        {
            Assert.All(stay[..i], better => Assert.True(likeness(stay[i], better) < threshold + 1e-6));
        }

        int[] all = [.. response.Indices()];
        foreach (int gone in all.Except(stay))
        {
            Assert.Contains(all.TakeWhile(index => index != gone).Intersect(stay), better => likeness(gone, better) > threshold - 1e-6);
        }
    }

    private static double Cosine(float[] vector, float[] other)
    {
        double product = vector.Zip(other, (a, b) => (double)a * b).Sum();
        return product == 0 ? 0 : product / Math.Sqrt(vector.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));
    }

    private static double Resemblance(string text, string other)
    {
        var runs = Runs(text);
        var otherRuns = Runs(other);
        return (double)runs.Intersect(otherRuns).Count() / runs.Union(otherRuns).Count();
    }

    private static List<string> Runs(string text)
    {
        string[] words = text.ToUpperInvariant().Split(", ");
        return words.Length < 3
            ? [string.Join('+', words)]
            : [.. words.Zip(words.Skip(1), words.Skip(2)).Select(run => $"{run.First}+{run.Second}+{run.Third}")];
    }
}
