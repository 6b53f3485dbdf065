using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say which texts are indexed and how they are cut, over what the index remembers of that.</summary>
internal sealed class RecipeOptionGroup
{
    private readonly Option<string[]> _include = Globs(
        "--include", "Take only files that match, also those of other types, which are read as text.");

    private readonly Option<string[]> _exclude = Globs("--exclude", "Leave out files and folders that match.");
    private readonly Option<bool> _noGitignore = new("--no-gitignore") { Description = "Take files too that .gitignore files leave out." };
    private readonly Option<string> _textField = OptionTypes.Text(
        "--text-field",
        "The field of a record's text; several, as in title,text, are joined by one space. Default: text, else content …",
        "NAME");

    private readonly Option<string> _idField = OptionTypes.Text(
        "--id-field", "The field of a record's id. Default: _id, else id, else its number in the file.", "NAME");

    private readonly Option<int?> _passageTokens = OptionTypes.Number(
        "--passage-tokens",
        $"How many tokens of the embedder a passage has at most. Default: {PassageCutter.DefaultTokens}.",
        PassageCutter.LeastTokens);

    private readonly Option<int?> _overlap = OptionTypes.Number(
        "--overlap", $"How many tokens a passage repeats of the one before it. Default: {PassageCutter.DefaultOverlap}.", minimum: 0);

    private readonly Option<bool> _reset = new("--reset")
    {
        Description = "Do not go by the options that the index remembers of the last time.",
    };

    public void AddTo(Command command)
    {
        command.Add(_include);
        command.Add(_exclude);
        command.Add(_noGitignore);
        command.Add(_textField);
        command.Add(_idField);
        command.Add(_passageTokens);
        command.Add(_overlap);
        command.Add(_reset);
    }

    /// <summary>Gets how the named files and folders are indexed, together with what is remembered of others.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="remembered">What the index remembers; null for nothing.</param>
    /// <param name="names">The files and folders, by their paths from the index file.</param>
    /// <param name="note">Hears what comes from the last time, and what is different now.</param>
    /// <exception cref="UsageException">The numbers contradict each other.</exception>
    public IndexRecipe Read(ParseResult parsed, IndexRecipe? remembered, IReadOnlyList<string> names, Action<string> note)
    {
        var known = parsed.GetValue(_reset) ? null : remembered;
        var sources = new Dictionary<string, SourceRules>(remembered?.Sources ?? []);
        foreach (string name in names.Distinct())
        {
            var before = known?.Sources.GetValueOrDefault(name) ?? new();
            var rules = before.With(Given(parsed));
            if (!before.IsEmpty)
            {
                note(rules.Options == before.Options
                    ? $"{name} is indexed as before, with {before.Options} (--reset forgets that)"
                    : $"{name} is indexed with {rules.Options} from now on; until now it was {before.Options}");
            }

            sources.Remove(name);
            if (!rules.IsEmpty)
            {
                sources.Add(name, rules);
            }
        }

        var recipe = Cut(parsed, known) with { Sources = sources };
        if (remembered is not null && recipe.Cut != remembered.Cut)
        {
            note($"passages have {recipe.Cut}, from now on; until now it was {remembered.Cut}, and what is not indexed anew stays so");
        }

        return recipe;
    }

    private SourceRules Given(ParseResult parsed) => new()
    {
        Include = parsed.GetValue(_include) ?? [],
        Exclude = parsed.GetValue(_exclude) ?? [],
        NoGitignore = parsed.GetValue(_noGitignore),
        TextField = parsed.GetValue(_textField),
        IdField = parsed.GetValue(_idField),
    };

    private IndexRecipe Cut(ParseResult parsed, IndexRecipe? known)
    {
        int tokens = parsed.GetValue(_passageTokens) ?? known?.Tokens ?? PassageCutter.DefaultTokens;

        // An overlap belongs to a length; with another one it may be too much.
        int overlap = parsed.GetValue(_overlap)
            ?? (tokens == known?.Tokens ? known.Overlap : Math.Min(PassageCutter.DefaultOverlap, tokens / 4));
        return overlap <= tokens / 2
            ? new() { Tokens = tokens, Overlap = overlap }
            : throw new UsageException($"--overlap {overlap} is more than half of the {tokens} tokens of a passage (--passage-tokens).");
    }

    private static Option<string[]> Globs(string name, string description) => new(name)
    {
        Description = $"{description} May be given more than once.",
        HelpName = "GLOB",
    };
}
