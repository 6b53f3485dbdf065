namespace Resift.Cli.Tests.Batch;

public sealed class BatchProgressTests
{
    [Fact]
    public async Task RunAsync_NoTerminal_WritesALineEveryFewSeconds()
    {
        var time = new SteppingTime();
        var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(() => Stream.Null, TextWriter.Null, error) { Time = time };

        await BatchProgress.RunAsync(console, 2_000, advance =>
        {
            ReadOnlySpan<int> moments = [1, 6, 7, 20];
            foreach (int seconds in moments)
            {
                time.Seconds = seconds;
                advance(500);
            }

            return Task.CompletedTask;
        });

        Assert.Equal("resift: 1,000 of 2,000 pairs, 166.7 pairs/s, about 6 s left\n", error.ToString());
    }

    [Fact]
    public async Task RunAsync_Terminal_DrawsABar()
    {
        var error = new StringWriter();
        var console = new CliConsole(() => Stream.Null, TextWriter.Null, error) { IsErrorTerminal = true, AllowsAnsi = true };

        await BatchProgress.RunAsync(console, 10, advance =>
        {
            advance(10);
            return Task.CompletedTask;
        });

        Assert.Contains("100%", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class SteppingTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
