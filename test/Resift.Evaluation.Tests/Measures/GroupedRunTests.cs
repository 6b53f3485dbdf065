namespace Resift.Evaluation.Tests.Measures;

public sealed class GroupedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _seen = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("run.gz")]
    public async Task TryReadAsync_QueriesOneAfterTheOther_AreHandedOut(string name)
    {
        Assert.True(await ReadAsync(name, "q1 Q0 b 1 2 x\r\nq1 Q0 a 2 3 x\r\n\r\nq2 Q0 a 1 1 x"));
        Assert.Equal(["q1: b a", "q2: a"], _seen);
    }

    // What has been handed out by then cannot have waited for the end of the file.
    [Fact]
    public async Task TryReadAsync_BadLineLater_QueriesBeforeItWereHandedOut()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync("run", "q1 Q0 a 1 1 x\nq2 Q0 a 1 1 x\nq3\n"));

        Assert.Equal(["q1: a"], _seen);
    }

    [Fact]
    public async Task TryReadAsync_QueryThatComesBack_EndsWithoutIt()
    {
        Assert.False(await ReadAsync("run", "q1 Q0 a 1 1 x\nq2 Q0 a 1 1 x\nq1 Q0 b 1 1 x\nno line of a run\n"));
        Assert.Equal(["q1: a", "q2: a"], _seen);
    }

    private Task<bool> ReadAsync(string name, string text) => GroupedRun.TryReadAsync(
        _folder.Write(name, text),
        (queryId, documents) => _seen.Add($"{queryId}: {string.Join(' ', documents.Select(document => document.Id))}"),
        Cancellation);
}
