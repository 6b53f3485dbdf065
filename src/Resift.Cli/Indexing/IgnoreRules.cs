using MAB.DotIgnore;

namespace Resift.Cli;

/// <summary>The rules of the .gitignore files that hold in a folder: its own and those of the folders around it.</summary>
internal sealed class IgnoreRules
{
    private const string FileName = ".gitignore";

    private readonly IgnoreRules? _outer;
    private readonly string _folder;
    private readonly IReadOnlyList<IgnoreRule> _rules;

    private IgnoreRules(IgnoreRules? outer, string folder, IReadOnlyList<IgnoreRule> rules) =>
        (_outer, _folder, _rules) = (outer, folder, rules);

    /// <summary>Gets the rules that hold in a folder because of those around it, up to the root of the Git repository.</summary>
    /// <returns>Null if there are none, or if they ignore the folder itself: it was asked for by name.</returns>
    public static IgnoreRules? Around(string folder)
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
                rules = Enter(outer, rules);
            }
        }

        return rules is not null && rules.Ignore(folder, isFolder: true) ? null : rules;
    }

    /// <summary>Gets the rules that hold inside a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="outer">The rules that hold around it.</param>
    public static IgnoreRules? Enter(string folder, IgnoreRules? outer)
    {
        string file = Path.Combine(folder, FileName);
        return File.Exists(file) ? new(outer, folder, [.. new IgnoreList(File.ReadLines(file)).Rules]) : outer;
    }

    /// <summary>
    /// Determines whether a file or folder is ignored: the last rule that fits decides, and the innermost file goes first.
    /// </summary>
    public bool Ignore(string path, bool isFolder)
    {
        for (var rules = this; rules is not null; rules = rules._outer)
        {
            string relative = Path.GetRelativePath(rules._folder, path).Replace('\\', '/');
            var rule = rules._rules.LastOrDefault(rule => rule.IsMatch(relative, isFolder));
            if (rule is not null)
            {
                return !rule.PatternFlags.HasFlag(PatternFlags.NEGATION);
            }
        }

        return false;
    }
}
