using System.Security.Cryptography;
using System.Text;

namespace Resift.Cli;

/// <summary>
/// What a batch has written so far, in a file beside the one that it is for, so that a batch that was stopped can go on. Behind the lines
/// of each record stands a mark with the hash of the input up to there; what is behind the last one was half written and does not count.
/// </summary>
internal sealed class PartialRun : IAsyncDisposable
{
    private const string Head = "# resift batch ";
    private const string Mark = "# done ";

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;
    private readonly FileStream _stream;

    private PartialRun(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        Writer = new StreamWriter(stream, _utf8, bufferSize: 64 * 1024, leaveOpen: true);
    }

    /// <summary>Gets where the lines of the next record go.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Gets how many records are complete, which are the first ones of the batch.</summary>
    public int DoneCount { get; private set; }

    /// <summary>Gets the hash of the input up to the last complete record.</summary>
    public string LastDigest { get; private set; } = "";

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

    /// <summary>Gets what to say of such a file that is of another batch.</summary>
    public static InvalidDataException OfAnother(string name) => new(
        $"{name} is of another batch: its input, model or options differ. Remove it to begin anew.");

    /// <summary>Keeps the lines of a record that were written.</summary>
    /// <param name="digest">The hash of the input up to it.</param>
    public async Task MarkAsync(string digest)
    {
        Writer.Write($"{Mark}{digest}\n");
        await Writer.FlushAsync(CancellationToken.None);
        DoneCount++;
    }

    /// <summary>Writes the lines of all complete records.</summary>
    /// <returns>What was written.</returns>
    public async Task<WrittenLines> CopyToAsync(TextWriter output, CancellationToken cancellationToken)
    {
        _stream.Position = 0;
        using var reader = new StreamReader(_stream, _utf8, leaveOpen: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await reader.ReadLineAsync(cancellationToken);
        var lines = new List<int>(DoneCount);
        int ofRecord = 0;
        long bytes = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                lines.Add(ofRecord);
                ofRecord = 0;
                continue;
            }

            string ended = $"{line}\n";
            output.Write(ended);
            byte[] written = _utf8.GetBytes(ended);
            hash.AppendData(written);
            bytes += written.Length;
            ofRecord++;
        }

        string sha256 = Convert.ToHexStringLower(hash.GetCurrentHash());
        return new(
            new(lines.Count, lines.Sum(count => (long)count), bytes, sha256),
            lines.TrueForAll(count => count == 1) ? null : lines);
    }

    /// <summary>Removes the file, whose lines are where they belong.</summary>
    public void Complete() => DoneCount = 0;

    public async ValueTask DisposeAsync()
    {
        // What is left in the writer is half of a record: it need not be written.
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
            if (line.StartsWith(Mark, StringComparison.Ordinal) && position <= _stream.Length)
            {
                (end, LastDigest) = (position, line[Mark.Length..]);
                DoneCount++;
            }
        }

        if (!resumes)
        {
            throw new UsageException($"{Name} has {DoneCount} records of a batch that was stopped. Say --resume to go on with it, or " +
                "remove it to begin anew.");
        }

        if (head != $"{Head}{identity}")
        {
            throw OfAnother(Name);
        }

        _stream.SetLength(end);
        _stream.Position = end;
    }
}

/// <summary>What a batch wrote.</summary>
/// <param name="Sum">All of it.</param>
/// <param name="Lines">How many lines each record has; null where each has one.</param>
internal sealed record WrittenLines(ShardOutput Sum, IReadOnlyList<int>? Lines);
