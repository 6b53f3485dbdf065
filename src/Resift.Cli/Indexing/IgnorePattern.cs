namespace Resift.Cli;

/// <summary>One line of a <c>.gitignore</c> file, read and matched as Git does it, which is byte by byte.</summary>
internal sealed class IgnorePattern
{
    private readonly bool _isFolderOnly;
    private readonly bool _isName;
    private readonly byte[] _start;
    private readonly Wildmatch? _rest;

    private IgnorePattern(ReadOnlySpan<byte> pattern)
    {
        IsNegated = pattern is [(byte)'!', ..];
        pattern = IsNegated ? pattern[1..] : pattern;
        _isFolderOnly = pattern is [.., (byte)'/'];
        pattern = _isFolderOnly ? pattern[..^1] : pattern;
        // An empty pattern, as of a lone slash, is a name that nothing has.
        _isName = !pattern.Contains((byte)'/');
        pattern = !_isName && pattern[0] == '/' ? pattern[1..] : pattern;
        // Git compares what comes before the first special character by itself, and takes the rest for a pattern of its own.
        int special = pattern.IndexOfAny("*?[\\"u8);
        _start = special < 0 ? pattern.ToArray() : pattern[..special].ToArray();
        IsWildcard = special >= 0;
        _rest = IsWildcard ? Wildmatch.Parse(_isName ? pattern : pattern[special..]) : null;
    }

    /// <summary>Gets a value indicating whether what matches is taken after all.</summary>
    public bool IsNegated { get; }

    private bool IsWildcard { get; }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <returns>Null if it says nothing: a comment, a blank line, or a pattern that matches nothing.</returns>
    public static IgnorePattern? Parse(ReadOnlySpan<byte> line)
    {
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        if (line is [(byte)'#', ..])
        {
            return null;
        }

        line = WithoutTrailingBlanks(line);
        if (line.IsEmpty)
        {
            return null;
        }

        var pattern = new IgnorePattern(line);
        return pattern.IsWildcard && pattern._rest is null ? null : pattern;
    }

    /// <summary>Determines whether the pattern matches a file or folder.</summary>
    /// <param name="path">Its path from the folder of the .gitignore file, with slashes.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public bool IsMatch(ReadOnlySpan<byte> path, bool isFolder)
    {
        if (_isFolderOnly && !isFolder)
        {
            return false;
        }

        if (_isName)
        {
            var name = path[(path.LastIndexOf((byte)'/') + 1)..];
            return name.StartsWith(_start) && (_rest?.IsMatch(name) ?? name.Length == _start.Length);
        }

        return path.StartsWith(_start) && (_rest?.IsMatch(path[_start.Length..]) ?? path.Length == _start.Length);
    }

    // Blanks count where a backslash stands before them; one at the very end of the line keeps all.
    private static ReadOnlySpan<byte> WithoutTrailingBlanks(ReadOnlySpan<byte> line)
    {
        int? blanks = null;
        for (int at = 0; at < line.Length; at++)
        {
            if (line[at] == ' ')
            {
                blanks ??= at;
                continue;
            }

            if (line[at] == '\\' && ++at == line.Length)
            {
                return line;
            }

            blanks = null;
        }

        return line[..(blanks ?? line.Length)];
    }
}
