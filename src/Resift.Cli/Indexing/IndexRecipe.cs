using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Resift.Cli;

/// <summary>
/// How a collection was made, which it remembers so that the next run makes it alike. Only what says which texts there are and how they are
/// cut: an index may be anybody's, so it never says what runs, where anything is sent, or with which key.
/// </summary>
internal sealed partial record IndexRecipe
{
    private const int MaxLength = 1024 * 1024;

    public required int Tokens { get; init; }

    public required int Overlap { get; init; }

    /// <summary>Gets the rules of files and folders, by their paths from the index file; those without any are not in it.</summary>
    public Dictionary<string, SourceRules> Sources { get; init; } = [];

    /// <summary>Gets how texts are cut, in words.</summary>
    [JsonIgnore]
    public string Cut => string.Create(CultureInfo.InvariantCulture, $"{Tokens} tokens, {Overlap} of them shared");

    /// <summary>Reads what a collection remembers.</summary>
    /// <returns>Null if that is nothing, or nothing that this program wrote.</returns>
    public static IndexRecipe? Parse(string? text)
    {
        if (text is null or { Length: > MaxLength })
        {
            return null;
        }

        try
        {
            var recipe = EarlierForm().Match(text) is { Success: true } match
                ? new IndexRecipe { Tokens = Number(match.Groups[1]), Overlap = Number(match.Groups[2]) }
                : JsonSerializer.Deserialize(text, IndexRecipeContext.Default.IndexRecipe);
            return recipe is { Sources: not null } && recipe.Sources.Values.All(rules => rules is { Include: not null, Exclude: not null })
                && recipe.Tokens >= PassageCutter.LeastTokens && recipe.Overlap >= 0 && recipe.Overlap <= recipe.Tokens / 2
                ? recipe
                : null;
        }
        catch (Exception exception) when (exception is JsonException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Gets it as a collection remembers it.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, IndexRecipeContext.Default.IndexRecipe);

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("^tokens=([0-9]+) overlap=([0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex EarlierForm();
}

/// <summary>Which files of a folder are indexed, and which fields of their records.</summary>
internal sealed record SourceRules
{
    public string[] Include { get; init; } = [];

    public string[] Exclude { get; init; } = [];

    public bool NoGitignore { get; init; }

    public string? TextField { get; init; }

    public string? IdField { get; init; }

    /// <summary>Gets a value indicating whether nothing but the defaults holds.</summary>
    [JsonIgnore]
    public bool IsEmpty => Options.Length == 0;

    /// <summary>Gets the options of the command line that say the same.</summary>
    [JsonIgnore]
    public string Options => string.Join(' ',
    [
        .. Include.Select(glob => $"--include \"{glob}\""),
        .. Exclude.Select(glob => $"--exclude \"{glob}\""),
        .. NoGitignore ? ["--no-gitignore"] : (string[])[],
        .. TextField is null ? [] : (string[])[$"--text-field {TextField}"],
        .. IdField is null ? [] : (string[])[$"--id-field {IdField}"],
    ]);

    /// <summary>Gets what holds if some is given anew: each kind of rule that is given takes the place of that kind's rules.</summary>
    public SourceRules With(SourceRules given) => new()
    {
        Include = given.Include.Length > 0 ? given.Include : Include,
        Exclude = given.Exclude.Length > 0 ? given.Exclude : Exclude,
        NoGitignore = given.NoGitignore || NoGitignore,
        TextField = given.TextField ?? TextField,
        IdField = given.IdField ?? IdField,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(IndexRecipe))]
internal sealed partial class IndexRecipeContext : JsonSerializerContext;
