using System.Diagnostics;

namespace Resift.Local.Hub;

/// <summary>
/// Keeps a blob to one process: a file that is locked as Python's filelock does it, so that its tools wait for us and we for them.
/// </summary>
/// <remarks>
/// The system releases the lock of a process that ends. The file stays, since deleting it would let two others in at once.
/// </remarks>
internal sealed class BlobLock : IDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _file;

    private BlobLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock as long as whoever has it makes headway.</summary>
    /// <param name="path">The file.</param>
    /// <param name="growing">The file that whoever has the lock writes.</param>
    /// <param name="patience">For how long it may write nothing.</param>
    /// <param name="onWait">Called each time that there is waiting to be done.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">Whoever has it writes nothing.</exception>
    public static async Task<BlobLock> AcquireAsync(
        string path, string growing, TimeSpan patience, Action onWait, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        long length = -1;
        var quiet = Stopwatch.StartNew();
        while (true)
        {
            if (TryAcquire(path) is { } acquired)
            {
                return acquired;
            }

            if (LengthOf(growing) is var now && now != length)
            {
                length = now;
                quiet.Restart();
            }
            else if (quiet.Elapsed > patience)
            {
                throw new TimeoutException($"Another process has {path} locked and has written nothing for {patience.TotalSeconds:F0} s; " +
                    "end it, or try again when it is done.");
            }

            onWait();
            await Task.Delay(_every, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock if nobody has it.</summary>
    public static BlobLock? TryAcquire(string path)
    {
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException) && File.Exists(path))
        {
            // A folder that is missing, or a name that is too long, has a type of its own; this is the lock of another.
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
