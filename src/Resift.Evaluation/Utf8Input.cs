using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace Resift;

/// <summary>Reads UTF-8 text from a file or a pipe, by lines or as a whole, and refuses what is not UTF-8 with the place where.</summary>
internal sealed class Utf8Input(Stream stream, string name) : IAsyncDisposable
{
    // A file of bytes without an end of line would fill the memory.
    private const int UsualLongestLine = 256 * 1024 * 1024;

    // What follows does not fit into a buffer.
    private const int UsualLargestWhole = (1024 * 1024 * 1024) - 1;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _begun;

    /// <summary>Gets how long a line may be, in bytes.</summary>
    public int LongestLine { get; init; } = UsualLongestLine;

    /// <summary>Gets how much may be read as a whole, in bytes.</summary>
    public int LargestWhole { get; init; } = UsualLargestWhole;

    /// <summary>Gets the name to call it by in messages.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the number of the line read last, counted from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Gets the line read last, without its end; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Gets a value indicating whether the line read last has nothing but white space.</summary>
    public bool IsBlank => Line.Span.IndexOfAnyExcept(" \t\r\v\f"u8) < 0;

    /// <summary>Gets where the line read last is, for messages.</summary>
    public string Place => $"{Name}:{LineNumber}";

    /// <summary>Opens a file; one whose name ends in <c>.gz</c> is unpacked on the way.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or it is a folder.</exception>
    public static Utf8Input Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new FileNotFoundException($"{path} is a folder; a file was expected.");
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path}.");
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        bool isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        return new(isPacked ? new GZipStream(file, CompressionMode.Decompress) : file, path);
    }

    /// <summary>Reads the next line.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The line is not UTF-8 text, or too long. The next call reads the line behind it.</exception>
    public ValueTask<bool> ReadLineAsync(CancellationToken cancellationToken)
    {
        // Almost every line is in the buffer already, and needs nothing of what an asynchronous call costs.
        int length = _begun ? _buffer.AsSpan(_start.._end).IndexOf((byte)'\n') : -1;
        if (length < 0 || length > LongestLine)
        {
            return ReadFurtherLineAsync(cancellationToken);
        }

        TakeLine(length, terminator: 1);
        return new(true);
    }

    /// <summary>Gets the first two bytes that are not white space, without reading past them; fewer if there are not that many.</summary>
    public async ValueTask<string> PeekAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            string seen = FirstCharacters(_buffer.AsSpan(_start.._end));
            if (seen.Length == 2 || !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return seen;
            }
        }
    }

    /// <summary>Reads all that is left.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8 text, or too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadRestAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        do
        {
            if (_end - _start > LargestWhole)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture, $"{Name}: there are more than the {LargestWhole:N0} bytes that are read as a whole."));
            }
        }
        while (await FillAsync(cancellationToken).ConfigureAwait(false));

        var rest = _buffer.AsMemory(_start.._end);
        CheckText(rest.Span, firstLine: 1);
        _start = _end;
        return rest;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async ValueTask<bool> ReadFurtherLineAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        int searched = 0;
        while (true)
        {
            int newline = _buffer.AsSpan((_start + searched).._end).IndexOf((byte)'\n');
            int length = newline >= 0 ? searched + newline : _end - _start;
            if (length > LongestLine)
            {
                await SkipLineAsync(cancellationToken).ConfigureAwait(false);
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture, $"{Place}: the line has more than {LongestLine:N0} bytes."));
            }

            if (newline >= 0)
            {
                TakeLine(length, terminator: 1);
                return true;
            }

            searched = length;
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_start == _end)
                {
                    return false;
                }

                TakeLine(_end - _start, terminator: 0);
                return true;
            }
        }
    }

    private static string FirstCharacters(ReadOnlySpan<byte> bytes)
    {
        Span<char> seen = stackalloc char[2];
        int count = 0;
        for (int i = 0; i < bytes.Length && count < seen.Length; i++)
        {
            if (bytes[i] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                seen[count++] = (char)bytes[i];
            }
        }

        return new string(seen[..count]);
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        while (MayBeginMark(_buffer.AsSpan(_start.._end)) && await FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        var head = _buffer.AsSpan(_start.._end);
        if (head.StartsWith("\uFEFF"u8))
        {
            _start += 3;
        }
        else if (head.StartsWith([(byte)0xFF, (byte)0xFE]) || head.StartsWith([(byte)0xFE, (byte)0xFF]))
        {
            // Nothing of it is worth a second message.
            (_start, _end, _ended) = (0, 0, true);
            throw new InvalidDataException(
                $"{Name} is UTF-16; UTF-8 was expected. Convert it first, for example with iconv -f UTF-16 -t UTF-8.");
        }
    }

    // What cannot be the beginning of a byte order mark is no reason to wait for more: on a terminal, it may be the whole first line.
    private static bool MayBeginMark(ReadOnlySpan<byte> bytes) => bytes.Length < 3 && (bytes.IsEmpty || bytes[0] is 0xEF or 0xFE or 0xFF);

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return false;
        }

        if (_end == _buffer.Length)
        {
            // Half free at least after this, so that a long line costs a constant number of copies of each byte.
            byte[] roomy = _end - _start > _buffer.Length / 2 ? new byte[checked(_buffer.Length * 2)] : _buffer;
            _buffer.AsSpan(_start.._end).CopyTo(roomy);
            (_buffer, _start, _end) = (roomy, 0, _end - _start);
        }

        // A read from a terminal or an idle pipe cannot be cancelled, but it can be left alone: the process is about to end.
        int read = await ReadAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        _end += read;
        _ended = read == 0;
        return !_ended;
    }

    private async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"{Name} cannot be unpacked as gzip, so it is damaged or something else: {exception.Message}", exception);
        }
    }

    private async ValueTask SkipLineAsync(CancellationToken cancellationToken)
    {
        LineNumber++;
        int newline;
        while ((newline = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n')) < 0)
        {
            _start = _end = 0;
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        _start += newline + 1;
    }

    private void TakeLine(int length, int terminator)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + terminator;
        LineNumber++;
        Line = line.Span.EndsWith("\r"u8) ? line[..^1] : line;
        CheckText(Line.Span, LineNumber);
    }

    private void CheckText(ReadOnlySpan<byte> text, int firstLine)
    {
        int zero = text.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new InvalidDataException($"{Name}:{LineOf(text[..zero], firstLine)}: there is a zero byte, so this seems to be a " +
                "binary file; UTF-8 text was expected.");
        }

        if (!Utf8.IsValid(text))
        {
            int bad = FirstInvalid(text);
            throw new InvalidDataException($"{Name}:{LineOf(text[..bad], firstLine)}: byte 0x{text[bad]:X2} is not valid UTF-8 here. " +
                "If the file is in another encoding, convert it first, for example with iconv -f LATIN1 -t UTF-8.");
        }
    }

    private static int LineOf(ReadOnlySpan<byte> before, int firstLine) => firstLine + before.Count((byte)'\n');

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
