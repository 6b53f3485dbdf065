namespace Resift.Retrieval.Tests;

public sealed class RagOptionsTests
{
    [Fact]
    public void Defaults_AreThoseOfTheField()
    {
        var options = new RagOptions();

        Assert.Equal((20, 5), (options.Search.Candidates, options.Search.TopN));
        Assert.Equal((null, ScoreScale.Probability), (options.MinScore, options.MinScoreScale));
        Assert.False(options.AnswerWithoutPassages);
    }

    [Fact]
    public void Values_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(RagOptions.MinScore), () => new RagOptions { MinScore = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(nameof(RagOptions.MaxContextTokens), () => new RagOptions { MaxContextTokens = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(
            nameof(RagOptions.MaxAnswerCharacters), () => new RagOptions { MaxAnswerCharacters = 0 });
        Assert.Throws<ArgumentNullException>(nameof(RagOptions.Search), () => new RagOptions { Search = null! });
        Assert.Throws<ArgumentNullException>(nameof(RagOptions.Template), () => new RagOptions { Template = null! });
        Assert.Throws<ArgumentNullException>(nameof(RagOptions.NoPassagesAnswer), () => new RagOptions { NoPassagesAnswer = null! });
    }

    [Fact]
    public void Clone_ChangedLater_IsNoLongerTheSame()
    {
        var options = new RagOptions { Chat = new() { ModelId = "first" }, Prices = new() { EmbeddingPerMillionTokens = 1 } };
        options.Search.TopN = 3;
        var clone = options.Clone();
        options.Search.TopN = 4;
        options.Chat.ModelId = "second";
        options.Prices.EmbeddingPerMillionTokens = 2;
        Assert.Equal((3, "first", 1m), (clone.Search.TopN, clone.Chat!.ModelId, clone.Prices!.EmbeddingPerMillionTokens));
    }
}
