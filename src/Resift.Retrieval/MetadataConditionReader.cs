using System.Text;

namespace Resift.Retrieval;

/// <summary>Reads one condition on metadata as it is typed.</summary>
internal sealed class MetadataConditionReader(string text)
{
    private int _at;

    /// <exception cref="FormatException">It is none.</exception>
    public MetadataCondition Read()
    {
        int start = _at;
        var (key, _) = ReadWord("=!<>");
        if (key.Length == 0)
        {
            throw Expected("a key", start);
        }

        var comparison = ReadOperator();
        start = _at;
        var values = new List<(string Text, bool IsQuoted)>();
        do
        {
            values.Add(ReadWord("|"));
        }
        while (Take('|'));
        if (_at < text.Length)
        {
            throw Expected("the end or '|' after a value in quotes", _at);
        }

        if (comparison is MetadataOperator.Equal or MetadataOperator.NotEqual && values.Exists(IsPattern))
        {
            // In a pattern, what stands in quotes would lose them.
            comparison = values.Exists(value => value.IsQuoted)
                ? throw Expected("either values in quotes or patterns", start)
                : comparison == MetadataOperator.Equal ? MetadataOperator.Like : MetadataOperator.NotLike;
        }

        try
        {
            return new(key, comparison, values.Select(value => value.Text));
        }
        catch (ArgumentException exception)
        {
            bool isOrder = comparison is not (MetadataOperator.Equal or MetadataOperator.NotEqual or MetadataOperator.Like
                or MetadataOperator.NotLike);
            throw Expected(isOrder ? "one number, or one date such as 2024-05-31," : "a list of at most 1,000 values", start, exception);
        }
    }

    private static bool IsPattern((string Text, bool IsQuoted) value) => !value.IsQuoted && value.Text.AsSpan().ContainsAny('*', '?');

    private MetadataOperator ReadOperator() => (_at < text.Length ? text[_at] : '\0') switch
    {
        '=' => After(1, MetadataOperator.Equal),
        '!' when Next('=') => After(2, MetadataOperator.NotEqual),
        '<' => Next('=') ? After(2, MetadataOperator.LessOrEqual) : After(1, MetadataOperator.Less),
        '>' => Next('=') ? After(2, MetadataOperator.GreaterOrEqual) : After(1, MetadataOperator.Greater),
        _ => throw Expected("=, !=, <, <=, > or >=", _at),
    };

    private MetadataOperator After(int length, MetadataOperator comparison)
    {
        _at += length;
        return comparison;
    }

    private bool Next(char character) => _at + 1 < text.Length && text[_at + 1] == character;

    private bool Take(char character)
    {
        bool isThere = _at < text.Length && text[_at] == character;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private (string Text, bool IsQuoted) ReadWord(string ends)
    {
        int start = _at;
        if (!Take('"'))
        {
            int length = text.AsSpan(_at).IndexOfAny(ends);
            _at = length < 0 ? text.Length : _at + length;
            return (text[start.._at], false);
        }

        var word = new StringBuilder();
        while (!Take('"'))
        {
            // A backslash before anything else is one, as in a path of Windows.
            if (_at + 1 < text.Length && text[_at] == '\\' && text[_at + 1] is ('"' or '\\'))
            {
                _at++;
            }

            word.Append(_at < text.Length ? text[_at++] : throw Expected("a closing quote", start));
        }

        return (word.ToString(), true);
    }

    private FormatException Expected(string what, int at, Exception? inner = null) => new(
        at >= text.Length
            ? $"At the end of '{text}' {what} was expected."
            : $"In '{text}', from character {at + 1} on, {what} was expected.",
        inner);
}
