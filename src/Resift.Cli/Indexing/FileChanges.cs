using System.Threading.Channels;

namespace Resift.Cli;

/// <summary>Hears of changes of files and folders. That there were some is all it keeps, so nothing piles up.</summary>
internal sealed class FileChanges : IDisposable
{
    // Programs save in several steps, and a checkout changes thousands of files; one pass is for all of it.
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly TimeProvider _time;
    private readonly string? _db;

    /// <param name="paths">The files and folders.</param>
    /// <param name="db">The index file, whose own changes are none; null where the index is no file.</param>
    /// <param name="time">Tells how long it has been quiet.</param>
    /// <param name="note">Hears which of them cannot be watched.</param>
    public FileChanges(IEnumerable<string> paths, string? db, TimeProvider time, Action<string> note)
    {
        _time = time;
        _db = db is null ? null : Path.GetFullPath(db);
        foreach (string path in paths.Select(Path.GetFullPath))
        {
            try
            {
                _watchers.Add(Watch(path));
            }
            catch (Exception exception) when (exception is IOException or ArgumentException or PlatformNotSupportedException)
            {
                note($"{path} cannot be watched, so changes are only found by looking from time to time: {exception.Message}");
            }
        }
    }

    /// <summary>Waits until something has changed and it has been quiet for a moment, or the time is over.</summary>
    /// <returns>Whether a change was heard of.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        if (!await HasChangedAsync(most, cancellationToken))
        {
            return false;
        }

        long first = _time.GetTimestamp();
        while (_time.GetElapsedTime(first) < _longest && await HasChangedAsync(_quiet, cancellationToken))
        {
        }

        return true;
    }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());

    private async Task<bool> HasChangedAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(most, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private FileSystemWatcher Watch(string path)
    {
        bool isFolder = Directory.Exists(path);
        string folder = isFolder ? path : Path.GetDirectoryName(path)!;
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = isFolder,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        if (!isFolder)
        {
            watcher.Filter = Path.GetFileName(path);
        }

        watcher.Changed += (_, change) => Hear(folder, change.FullPath);
        watcher.Created += (_, change) => Hear(folder, change.FullPath);
        watcher.Deleted += (_, change) => Hear(folder, change.FullPath);
        watcher.Renamed += (_, change) =>
        {
            Hear(folder, change.OldFullPath);
            Hear(folder, change.FullPath);
        };

        // Events were lost: then anything may have changed.
        watcher.Error += (_, _) => _changed.Writer.TryWrite(true);
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    private void Hear(string folder, string path)
    {
        // What is hidden is not indexed, and a pass writes into the index file and beside it.
        bool isHidden = Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)
            .Any(name => name.StartsWith('.') && name != ".gitignore");
        if (!isHidden && (_db is null || !path.StartsWith(_db, StringComparison.Ordinal)))
        {
            _changed.Writer.TryWrite(true);
        }
    }
}
