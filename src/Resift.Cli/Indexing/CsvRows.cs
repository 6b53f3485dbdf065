using System.Text;

namespace Resift.Cli;

/// <summary>Cuts the lines of CSV (RFC 4180) or of tab-separated values into rows and fields.</summary>
/// <remarks>
/// A row that is none spoils no other: reading goes on with the line behind the one that the row began with. A quote inside a field without
/// quotes is text.
/// </remarks>
/// <param name="input">The lines.</param>
/// <param name="isTabs">Whether tabs separate fields, and quotes are nothing but quotes, as such files are mostly written.</param>
internal sealed class CsvRows(Utf8Input input, bool isTabs)
{
    // One quote too many would otherwise make one field of the rest of the file.
    private const int LargestRow = 8 * 1024 * 1024;

    private static readonly char[] _separators = [',', ';', '\t', '|'];

    // Lines that were read behind a quote which nothing closes.
    private readonly LinkedList<(string Text, int Number)> _ahead = [];
    private char? _separator = isTabs ? '\t' : null;

    /// <summary>Gets where the row read last begins, for messages.</summary>
    public string Place { get; private set; } = input.Name;

    /// <summary>Reads the next row that is not blank. The first says which separator there is.</summary>
    /// <returns>Null at the end.</returns>
    /// <exception cref="InvalidDataException">It is no row, or not UTF-8. The next call reads what is behind it.</exception>
    public async ValueTask<IReadOnlyList<string>?> ReadAsync(CancellationToken cancellationToken)
    {
        (string Text, int Number)? line;
        do
        {
            line = await ReadLineAsync(cancellationToken);
            if (line is null)
            {
                return null;
            }
        }
        while (string.IsNullOrWhiteSpace(line.Value.Text));

        Place = $"{input.Name}:{line.Value.Number}";
        return isTabs ? line.Value.Text.Split('\t') : await ReadQuotedAsync(line.Value.Text, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<string>> ReadQuotedAsync(string first, CancellationToken cancellationToken)
    {
        var row = new Row(_separator ??= SeparatorOf(first));
        var taken = new List<(string Text, int Number)>();
        bool isRow = row.Add(first);
        for (long length = first.Length; isRow && row.IsOpen;)
        {
            if (length > LargestRow || await ReadLineAsync(cancellationToken) is not { } next)
            {
                isRow = false;
                break;
            }

            taken.Add(next);
            length += next.Text.Length;
            isRow = row.Add(next.Text);
        }

        if (isRow)
        {
            return row.Fields;
        }

        for (int i = taken.Count - 1; i >= 0; i--)
        {
            _ahead.AddFirst(taken[i]);
        }

        throw new InvalidDataException(
            $"{Place}: this is no row of CSV. Check that every quote is closed, and doubled inside quotes.");
    }

    private async ValueTask<(string Text, int Number)?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (_ahead.First is { } first)
        {
            _ahead.RemoveFirst();
            return first.Value;
        }

        return await input.ReadLineAsync(cancellationToken)
            ? (Encoding.UTF8.GetString(input.Line.Span), input.LineNumber)
            : null;
    }

    private static char SeparatorOf(string line)
    {
        var counts = _separators.Select(separator => (separator, Count: CountOutsideQuotes(line, separator)));
        return counts.MaxBy(each => each.Count).separator;
    }

    private static int CountOutsideQuotes(string line, char separator)
    {
        int count = 0;
        bool isQuoted = false;
        foreach (char character in line)
        {
            isQuoted ^= character == '"';
            count += !isQuoted && character == separator ? 1 : 0;
        }

        return count;
    }

    private sealed class Row(char separator)
    {
        private readonly List<string> _fields = [];
        private readonly StringBuilder _field = new();

        public bool IsOpen { get; private set; }

        public IReadOnlyList<string> Fields => _fields;

        /// <summary>Reads a line of the row.</summary>
        /// <returns>False if something stands behind the quote that ends a field.</returns>
        public bool Add(string line)
        {
            int at = 0;
            if (IsOpen)
            {
                _field.Append('\n');
            }

            while (true)
            {
                if (!IsOpen && at < line.Length && line[at] == '"')
                {
                    IsOpen = true;
                    at++;
                }

                if (!IsOpen)
                {
                    int next = line.IndexOf(separator, at);
                    _fields.Add(line[at..(next < 0 ? line.Length : next)]);
                    if (next < 0)
                    {
                        return true;
                    }

                    at = next + 1;
                    continue;
                }

                int quote = line.IndexOf('"', at);
                _field.Append(line, at, (quote < 0 ? line.Length : quote) - at);
                if (quote < 0)
                {
                    return true;
                }

                at = quote + 1;
                if (at < line.Length && line[at] == '"')
                {
                    _field.Append('"');
                    at++;
                    continue;
                }

                IsOpen = false;
                _fields.Add(_field.ToString());
                _field.Clear();
                int end = line.IndexOf(separator, at);
                if (!line.AsSpan(at..(end < 0 ? line.Length : end)).IsWhiteSpace())
                {
                    return false;
                }

                if (end < 0)
                {
                    return true;
                }

                at = end + 1;
            }
        }
    }
}
