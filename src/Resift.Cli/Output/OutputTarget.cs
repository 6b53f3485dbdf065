using System.Text;

namespace Resift.Cli;

/// <summary>
/// Where a command writes its result: standard output, or a file that appears complete or not at all. The file is written under a
/// temporary name beside the target and takes its name in <see cref="CommitAsync"/>.
/// </summary>
internal sealed class OutputTarget : IAsyncDisposable
{
    private readonly string? _temporary;

    private OutputTarget(TextWriter writer, string? target, string? temporary, bool isConsole = false)
    {
        Writer = writer;
        IsConsole = isConsole;
        Target = target;
        _temporary = temporary;
    }

    public TextWriter Writer { get; }

    /// <summary>Gets a value indicating whether this is standard output.</summary>
    public bool IsConsole { get; }

    /// <summary>Gets the path of the file that appears in the end; null for standard output and devices.</summary>
    public string? Target { get; }

    /// <summary>Opens a file for writing, or standard output for null and <c>-</c>.</summary>
    public static OutputTarget Open(string? path, CliConsole console)
    {
        if (path is null or "-")
        {
            return new(console.Data, target: null, temporary: null, isConsole: true);
        }

        string target = Path.GetFullPath(path);
        if (Directory.Exists(target))
        {
            throw new IOException($"{path} is a folder; a file to write was expected.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder {Path.GetDirectoryName(target)} to write {Path.GetFileName(target)} in.");
        }

        if (target.StartsWith("/dev/", StringComparison.Ordinal))
        {
            // A device such as /dev/null must never be replaced by a file.
            return new(Create(target, FileMode.Open), target: null, temporary: null);
        }

        // Through a symbolic link the file it points to is replaced, as plain writing would do.
        if (new FileInfo(target).LinkTarget is not null)
        {
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        }

        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            return new(Create(temporary, FileMode.CreateNew), target, temporary);
        }
        catch (UnauthorizedAccessException exception)
        {
            // Not the name of the temporary file, which nobody knows.
            throw new UnauthorizedAccessException(
                $"{path} cannot be written: its folder takes no new files from you. The old file, if there is one, is untouched.",
                exception);
        }
    }

    /// <summary>Names the file.</summary>
    public async Task CommitAsync()
    {
        await Writer.FlushAsync(CancellationToken.None);
        if (_temporary is not null)
        {
            await Writer.DisposeAsync();
            File.Move(_temporary, Target!, overwrite: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_temporary is not null)
        {
            try
            {
                await Writer.DisposeAsync();
            }
            finally
            {
                File.Delete(_temporary);
            }
        }
    }

    private static StreamWriter Create(string path, FileMode mode) => new(
        new FileStream(path, mode, FileAccess.Write, FileShare.Read),
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        bufferSize: 64 * 1024);
}
