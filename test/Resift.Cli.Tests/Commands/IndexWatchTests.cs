using System.Text;
using System.Threading.Channels;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Commands;

public sealed class IndexWatchTests : IDisposable
{
    private readonly CancellationTokenSource _stop =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly LineWriter _output = new();
    private readonly CommandLine _cli;

    public IndexWatchTests() => _cli = new() { Stop = _stop.Token, OutputWriter = _output };

    // In the folder that is watched, where its own changes must not be heard.
    private string Db => _cli.At("docs/index.db");

    public void Dispose()
    {
        _stop.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task Watch_FilesComeChangeAndGo_AreIndexedOneAfterTheOther()
    {
        _cli.File("docs/a.txt", "apples");
        var running = _cli.RunAsync("index", _cli.At("docs"), "--db", Db, "--watch");
        Assert.StartsWith("1 added, 0 updated, 0 unchanged, 0 removed", await LineAsync(), StringComparison.Ordinal);

        _cli.File("docs/sub/b.txt", "bananas");
        Assert.StartsWith("1 added, 0 updated, 1 unchanged, 0 removed", await LineAsync(), StringComparison.Ordinal);

        _cli.File("docs/a.txt", "apricots");
        Assert.StartsWith("0 added, 1 updated, 1 unchanged, 0 removed", await LineAsync(), StringComparison.Ordinal);

        File.Delete(_cli.At("docs/sub/b.txt"));
        Assert.StartsWith("0 added, 0 updated, 1 unchanged, 1 removed", await LineAsync(), StringComparison.Ordinal);

        await _stop.CancelAsync();
        Assert.Equal(ExitCode.Ok, await running);
        Assert.Equal(
            ["resift: watching for changes; Ctrl-C ends it", "resift: passed over: 1 .db"],
            _cli.Error.TrimEnd().Split('\n').Order(StringComparer.Ordinal).Reverse());
        using var index = SqliteIndex.Open(Db);
        var token = TestContext.Current.CancellationToken;
        Assert.Equal(["a.txt"], await index.GetCollection().GetDocumentIdsAsync(cancellationToken: token).ToListAsync(token));
    }

    [Fact]
    public async Task Wait_WithoutAndWithChanges_TellsWhichItWas()
    {
        _cli.File("docs/a.txt", "apples");
        string db = _cli.At("beside.db");
        var changes = new List<string>();
        using var heard = new FileChanges([_cli.At("docs"), _cli.At("none/none")], db, TimeProvider.System, changes.Add);
        Assert.Contains("none cannot be watched", Assert.Single(changes), StringComparison.Ordinal);
        Assert.False(await heard.WaitAsync(TimeSpan.Zero, _stop.Token));
        _cli.File("docs/.hidden/x.txt", "not indexed");
        File.Move(_cli.At("docs/a.txt"), _cli.At("moved.txt"));
        Assert.True(await heard.WaitAsync(TimeSpan.FromMinutes(1), _stop.Token));
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heard.WaitAsync(TimeSpan.FromMinutes(1), _stop.Token));
    }

    private async Task<string> LineAsync() => await _output.Lines.Reader.ReadAsync(TestContext.Current.CancellationToken);

    private sealed class LineWriter : TextWriter
    {
        private readonly StringBuilder _line = new();

        public Channel<string> Lines { get; } = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (value == '\n')
            {
                Lines.Writer.TryWrite(_line.ToString());
                _line.Clear();
            }
            else
            {
                _line.Append(value);
            }
        }
    }
}
