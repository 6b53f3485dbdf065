using System.Text;

namespace Resift.Cli;

/// <summary>
/// What a batch has written so far, in a file beside the one that it is for, so that a batch that was stopped can go on. Behind the lines
/// of each query stands a mark; what is behind the last one was half written and does not count.
/// </summary>
internal sealed class PartialRun : IAsyncDisposable
{
    private const string Head = "# resift batch ";
    private const string Mark = "# done";

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;
    private readonly FileStream _stream;

    private PartialRun(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        Writer = new StreamWriter(stream, _utf8, bufferSize: 64 * 1024, leaveOpen: true);
    }

    /// <summary>Gets where the lines of the next query go.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Gets how many queries are complete, which are the first ones of the batch.</summary>
    public int DoneCount { get; private set; }

    /// <summary>Gets the name of the file.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>Opens the file of a batch, which may have been begun.</summary>
    /// <param name="target">The file that the batch is to write in the end.</param>
    /// <param name="identity">What tells this batch from others: a file of another is not gone on with.</param>
    /// <param name="resumes">Whether to go on with what is there.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UsageException">There is a file, and nobody said to go on with it.</exception>
    /// <exception cref="InvalidDataException">There is a file of another batch.</exception>
    public static async Task<PartialRun> OpenAsync(string target, string identity, bool resumes, CancellationToken cancellationToken)
    {
        string path = $"{target}.partial";
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var partial = new PartialRun(path, stream);
        try
        {
            await partial.BeginAsync(identity, resumes, cancellationToken);
            return partial;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps the lines of a query that were written.</summary>
    public async Task MarkAsync()
    {
        Writer.Write($"{Mark}\n");
        await Writer.FlushAsync(CancellationToken.None);
        DoneCount++;
    }

    /// <summary>Writes the lines of all complete queries.</summary>
    public async Task CopyToAsync(TextWriter output, CancellationToken cancellationToken)
    {
        _stream.Position = 0;
        using var reader = new StreamReader(_stream, _utf8, leaveOpen: true);
        await reader.ReadLineAsync(cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line != Mark)
            {
                output.Write($"{line}\n");
            }
        }
    }

    /// <summary>Removes the file, whose lines are where they belong.</summary>
    public void Complete() => DoneCount = 0;

    public async ValueTask DisposeAsync()
    {
        // What is left in the writer is half of a query: it need not be written.
        await _stream.DisposeAsync();
        if (DoneCount == 0)
        {
            File.Delete(_path);
        }
    }

    private async Task BeginAsync(string identity, bool resumes, CancellationToken cancellationToken)
    {
        if (_stream.Length > 0)
        {
            await ReadAsync(identity, resumes, cancellationToken);
            return;
        }

        Writer.Write($"{Head}{identity}\n");
        await Writer.FlushAsync(cancellationToken);
    }

    private async Task ReadAsync(string identity, bool resumes, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(_stream, _utf8, leaveOpen: true);
        string? head = await reader.ReadLineAsync(cancellationToken);
        long position = _utf8.GetByteCount(head ?? "") + 1;
        long end = position;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            position += _utf8.GetByteCount(line) + 1;
            if (line == Mark && position <= _stream.Length)
            {
                end = position;
                DoneCount++;
            }
        }

        if (!resumes)
        {
            throw new UsageException($"{Name} has {DoneCount} queries of a batch that was stopped. Say --resume to go on with it, or " +
                "remove it to begin anew.");
        }

        if (head != $"{Head}{identity}")
        {
            throw new InvalidDataException(
                $"{Name} is of another batch: queries, documents, model or options differ. Remove it to begin anew.");
        }

        _stream.SetLength(end);
        _stream.Position = end;
    }
}
