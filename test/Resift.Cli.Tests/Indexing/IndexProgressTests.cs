namespace Resift.Cli.Tests.Indexing;

public sealed class IndexProgressTests
{
    [Fact]
    public void Report_DocumentsReadAhead_CountsOnlyWhatIsCommitted()
    {
        var shown = new List<long>();
        var progress = new IndexProgress(files: 3) { Show = shown.Add };
        progress.Read(position: 100, files: 0);
        progress.Read(position: 250, files: 1);
        progress.Read(position: 400, files: 2);

        progress.Report(new() { Added = 1, Updated = 1, PassagesEmbedded = 10 });
        progress.Report(new() { Added = 1, Updated = 1, PassagesEmbedded = 10 });

        Assert.Equal([250], shown);
        Assert.Equal(2, progress.Documents);
        Assert.Equal("1 of 3 files, 2 documents, 5.0 passages/s", progress.Describe(TimeSpan.FromSeconds(2)));
    }
}
