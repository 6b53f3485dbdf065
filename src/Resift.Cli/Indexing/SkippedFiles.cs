using System.Globalization;
using System.Text.RegularExpressions;

namespace Resift.Cli;

/// <summary>
/// Takes note of what is not indexed: bad files and records, which make the command end with an error, and what was passed over.
/// </summary>
/// <param name="namesAll">Whether all that is bad is named, and not only a few for each reason.</param>
internal sealed partial class SkippedFiles(bool namesAll = false)
{
    // A folder of a million broken files should become neither a million lines nor a million strings.
    private const int NamedOfAReason = 3;
    private const int NamedReasons = 50;

    private const int NamedTypes = 10;

    // Files with text in them that somebody may well want, and programs that get it out.
    private static readonly Dictionary<string, string> _converters = new(StringComparer.Ordinal)
    {
        [".doc"] = "antiword -w 0 {}",
        [".docbook"] = "pandoc -t markdown {}",
        [".epub"] = "pandoc -t markdown {}",
        [".odt"] = "pandoc -t markdown {}",
        [".rtf"] = "pandoc -t markdown {}",
        [".tex"] = "pandoc -t markdown {}",
    };

    private readonly Dictionary<string, Group> _groups = [];
    private readonly Group _others = new();
    private readonly SortedDictionary<string, int> _passedOver = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _types = new(StringComparer.Ordinal);

    /// <summary>Gets how many files, folders or records could not be read.</summary>
    public int BadCount { get; private set; }

    /// <summary>Takes note of something that was meant to be indexed and could not be.</summary>
    /// <param name="reason">A sentence that begins with its name and a colon.</param>
    public void AddBad(string reason)
    {
        BadCount++;
        string kind = Kind(reason);
        if (!_groups.TryGetValue(kind, out var group))
        {
            group = namesAll || _groups.Count < NamedReasons ? _groups[kind] = new() : _others;
        }

        group.Count++;
        if (namesAll || (group != _others && group.Named.Count < NamedOfAReason))
        {
            group.Named.Add(reason);
        }
    }

    /// <summary>Takes note of something that was left alone on purpose.</summary>
    /// <param name="what">Its kind, such as <c>hidden</c>.</param>
    public void PassOver(string what) => _passedOver[what] = _passedOver.GetValueOrDefault(what) + 1;

    /// <summary>Takes note of a file of a type that is not read.</summary>
    /// <param name="ending">The ending of its name with its dot; empty if it has none.</param>
    public void PassOverType(string ending)
    {
        string type = ending.ToLowerInvariant();
        _types[type] = _types.GetValueOrDefault(type) + 1;
    }

    /// <summary>Gets what there is to say, a line each.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var group in _groups.Values)
        {
            foreach (string reason in group.Named)
            {
                yield return $"skipped: {reason}";
            }

            if (group.Count > group.Named.Count)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"skipped: {group.Count - group.Named.Count:N0} more of this kind");
            }
        }

        if (_others.Count > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"skipped: {_others.Count:N0} more of other kinds");
        }

        if (BadCount > _groups.Values.Sum(group => group.Named.Count))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"skipped in all: {BadCount:N0}; --verbose names them");
        }

        string[] passedOver = [.. _passedOver.Select(kind => Number(kind.Value, kind.Key)), .. Types()];
        if (passedOver.Length > 0)
        {
            yield return $"passed over: {string.Join(", ", passedOver)}";
        }

        if (_types.Keys.Where(_converters.ContainsKey).OrderByDescending(type => _types[type]).FirstOrDefault() is { } convertible)
        {
            yield return $"a program can turn such files into Markdown, as in --convert \"*{convertible}={_converters[convertible]}\"";
        }
    }

    private IEnumerable<string> Types()
    {
        var types = _types.OrderByDescending(type => type.Value).ThenBy(type => type.Key, StringComparer.Ordinal).ToArray();
        foreach (var (type, count) in types.Take(NamedTypes))
        {
            yield return Number(count, type.Length == 0 ? "without ending" : type);
        }

        if (types.Length > NamedTypes)
        {
            yield return Number(types.Skip(NamedTypes).Sum(type => type.Value), "of other types");
        }
    }

    private static string Number(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}");

    // What is said behind the name, without numbers and quoted words.
    private static string Kind(string reason) =>
        Particulars().Replace(reason[(reason.IndexOf(": ", StringComparison.Ordinal) + 1)..], "");

    [GeneratedRegex("'[^']*'|0x[0-9A-F]+|[0-9]+|/\\S+")]
    private static partial Regex Particulars();

    private sealed class Group
    {
        public int Count { get; set; }

        public List<string> Named { get; } = [];
    }
}
