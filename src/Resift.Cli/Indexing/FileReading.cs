namespace Resift.Cli;

/// <summary>One file that is being read, document by document. It is opened by the first.</summary>
internal sealed class FileReading(SourceFile file, DocumentReader reader, Action<string> leaveOut) : IAsyncDisposable
{
    private FileStream? _stream;
    private IAsyncEnumerator<SourceDocument>? _documents;

    public SourceFile File => file;

    /// <summary>Gets how many documents were read.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how much of the file was read, in bytes.</summary>
    public long Position => Math.Min(_stream?.Position ?? 0, file.Length);

    /// <summary>Reads the next document.</summary>
    /// <returns>Null at the end.</returns>
    public async Task<SourceDocument?> NextAsync(CancellationToken cancellationToken)
    {
        if (_documents is null)
        {
            _stream = new(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
            _documents = reader.ReadAsync(file, _stream, leaveOut, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }

        if (!await _documents.MoveNextAsync())
        {
            return null;
        }

        Count++;
        return _documents.Current;
    }

    public async ValueTask DisposeAsync()
    {
        if (_documents is not null)
        {
            await _documents.DisposeAsync();
        }

        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }
}
