namespace Resift.Cli.Tests.Output;

public sealed class OutputTargetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resift-cli-tests-").FullName;
    private readonly CliConsole _console = new(() => Stream.Null, new StringWriter(), TextWriter.Null);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CommitAsync_File_AppearsOnlyThen()
    {
        string path = Path.Combine(_folder, "a.txt");
        await using var target = OutputTarget.Open(path, _console);
        await target.Writer.WriteAsync("é");

        Assert.False(File.Exists(path));
        await target.CommitAsync();
        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(path));
    }

    [Fact]
    public async Task CommitAsync_SymbolicLink_ReplacesWhatItPointsTo()
    {
        string file = Path.Combine(_folder, "file.txt");
        string link = Path.Combine(_folder, "link.txt");
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(link, file);

        await using (var target = OutputTarget.Open(link, _console))
        {
            await target.Writer.WriteAsync("new");
            await target.CommitAsync();
        }

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal(file, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Open_FolderThatTakesNoFiles_NamesTheFileThatWasAskedFor()
    {
        // Not even root writes there.
        Assert.SkipUnless(Directory.Exists("/sys/kernel"), "there is no /sys here");

        var error = Assert.Throws<UnauthorizedAccessException>(() => OutputTarget.Open("/sys/kernel/resift.trec", _console));

        Assert.StartsWith("/sys/kernel/resift.trec cannot be written:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Device_IsNotReplaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no /dev on Windows");

        await using (var target = OutputTarget.Open("/dev/null", _console))
        {
            await target.Writer.WriteAsync("nothing");
            await target.CommitAsync();
        }

        Assert.Empty(File.ReadAllText("/dev/null"));
    }

    [Fact]
    public void Open_FolderOrMissingFolder_SaysSo()
    {
        var folder = Assert.Throws<IOException>(() => OutputTarget.Open(_folder, _console));
        Assert.Contains("is a folder", folder.Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => OutputTarget.Open(Path.Combine(_folder, "none", "a.txt"), _console));
    }
}
