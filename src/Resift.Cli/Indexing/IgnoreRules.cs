using System.Text;

namespace Resift.Cli;

/// <summary>The rules of the .gitignore files that hold in a folder: its own and those of the folders around it.</summary>
internal sealed class IgnoreRules
{
    private const string FileName = ".gitignore";

    // Nobody writes longer ones; each byte costs time for each file.
    private const int MaxBytes = 1024 * 1024;

    private readonly IgnoreRules? _outer;
    private readonly string _folder;
    private readonly IReadOnlyList<IgnorePattern> _rules;

    private IgnoreRules(IgnoreRules? outer, string folder, IReadOnlyList<IgnorePattern> rules) =>
        (_outer, _folder, _rules) = (outer, folder, rules);

    /// <summary>Gets the rules that hold in a folder because of those around it, up to the root of the Git repository.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="unread">Hears of a file that could not be read.</param>
    /// <returns>Null if there are none, or if they ignore the folder itself: it was asked for by name.</returns>
    public static IgnoreRules? Around(string folder, Action<string> unread)
    {
        var around = new Stack<string>();
        string? current = folder;
        while (current is not null && !Path.Exists(Path.Combine(current, ".git")))
        {
            current = Path.GetDirectoryName(current);
            if (current is not null)
            {
                around.Push(current);
            }
        }

        IgnoreRules? rules = null;
        if (current is not null)
        {
            foreach (string outer in around)
            {
                rules = Enter(outer, rules, unread);
            }
        }

        return rules is not null && rules.Ignore(folder, isFolder: true) ? null : rules;
    }

    /// <summary>Gets the rules that hold inside a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="outer">The rules that hold around it.</param>
    /// <param name="unread">Hears of a file that is there and could not be read, so that its rules do not hold.</param>
    public static IgnoreRules? Enter(string folder, IgnoreRules? outer, Action<string> unread)
    {
        // Git, too, takes a file only: no link, and nothing without a length, as pipes and devices are.
        var file = new FileInfo(Path.Combine(folder, FileName));
        return file is { Exists: true, LinkTarget: null, Length: > 0 } && Read(file, unread) is { } rules
            ? new(outer, folder, rules)
            : outer;
    }

    /// <summary>
    /// Determines whether a file or folder is ignored: the last rule that fits decides, and the innermost file goes first.
    /// </summary>
    public bool Ignore(string path, bool isFolder)
    {
        for (var rules = this; rules is not null; rules = rules._outer)
        {
            byte[] relative = Encoding.UTF8.GetBytes(
                Path.GetRelativePath(rules._folder, path).Replace(Path.DirectorySeparatorChar, '/'));
            if (rules._rules.LastOrDefault(rule => rule.IsMatch(relative, isFolder)) is { } last)
            {
                return !last.IsNegated;
            }
        }

        return false;
    }

    private static List<IgnorePattern>? Read(FileInfo file, Action<string> unread)
    {
        byte[] bytes;
        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (stream.Length > MaxBytes)
            {
                throw new InvalidDataException($"it has more than {MaxBytes} bytes");
            }

            bytes = new byte[stream.Length];
            stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or InvalidDataException)
        {
            unread($"{SourceFile.Shown(file.FullName)}: its rules do not hold: {exception.Message}");
            return null;
        }

        var rules = new List<IgnorePattern>();
        var lines = bytes.AsSpan();
        lines = lines.StartsWith("\uFEFF"u8) ? lines[3..] : lines;
        foreach (var line in lines.Split((byte)'\n'))
        {
            if (IgnorePattern.Parse(lines[line]) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }
}
