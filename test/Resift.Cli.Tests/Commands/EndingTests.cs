namespace Resift.Cli.Tests.Commands;

/// <summary>How a command ends when somebody stops it or stops listening.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task Rerank_CancelledWhileScoring_Exits130WithoutAFile()
    {
        using var stop = new CancellationTokenSource();
        var loader = new TestLoader
        {
            BeforeQuery = async (_, token) =>
            {
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
        };
        using var cli = new CommandLine { Loader = loader, Stop = stop.Token };
        string target = Path.Combine(cli.Folder, "out.jsonl");

        int code = await cli.RunWithInputAsync("text", "rerank", "query", "--output", target);

        Assert.Equal((ExitCode.Cancelled, "resift: cancelled\n"), (code, cli.Error));
        Assert.Empty(Directory.GetFiles(cli.Folder));
    }

    [Fact]
    public async Task Rerank_CancelledWhileWaitingForInput_EndsThoughTheReadGoesOn()
    {
        using var stop = new CancellationTokenSource();
        using var silent = new SilentStream(stop);
        var error = new StringWriter();
        var console = new CliConsole(() => silent, TextWriter.Null, error);

        int code = await ResiftCommand.InvokeAsync(["rerank", "query"], console, new TestLoader(), stop.Token);

        Assert.Equal(ExitCode.Cancelled, code);
    }

    [Fact]
    public async Task Rerank_OutputClosed_EndsQuietly()
    {
        using var cli = new CommandLine { OutputWriter = new ClosedPipe() };

        int code = await cli.RunWithInputAsync("text", "rerank", "query");

        Assert.Equal((ExitCode.BrokenPipe, ""), (code, cli.Error));
    }

    private sealed class SilentStream(CancellationTokenSource stop) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // As a read from a terminal: it has begun, and no token ends it.
            await stop.CancelAsync();
            return await new TaskCompletionSource<int>().Task;
        }
    }

    private sealed class ClosedPipe : StringWriter
    {
        public override Task FlushAsync(CancellationToken cancellationToken) => throw new IOException("Broken pipe", hresult: 32);
    }
}
