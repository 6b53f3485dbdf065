namespace Resift.Local.Tests;

public sealed class LocalModelOptionsTests
{
    [Fact]
    public void Values_BelowTheLeast_Refused()
    {
        Assert.Contains("Threads must be at least 1", Refusal(() => new() { Threads = 0 }));
        Assert.Contains("MaxTokens must be at least 8", Refusal(() => new() { MaxTokens = 7 }));
        Assert.Contains("BatchTokens must be at least 1", Refusal(() => new() { BatchTokens = -1 }));
    }

    [Fact]
    public void Values_TheLeastOrNull_Kept()
    {
        Assert.Equal(new LocalModelOptions(), new() { Threads = null, MaxTokens = null, BatchTokens = null });
        var least = new LocalModelOptions { Threads = 1, MaxTokens = 8, BatchTokens = 1 };
        Assert.Equal((1, 8, 1), (least.Threads, least.MaxTokens, least.BatchTokens));
    }

    private static string Refusal(Func<LocalModelOptions> create) => Assert.Throws<ArgumentOutOfRangeException>(create).Message;
}
