using Microsoft.Extensions.FileSystemGlobbing;

namespace Resift.Cli;

/// <summary>Says by globs which files below a folder are taken.</summary>
internal sealed class PathFilter
{
    private readonly Matcher? _include;
    private readonly Matcher? _exclude;

    /// <summary>Creates a filter.</summary>
    /// <param name="include">The globs of which a file has to match one; null or none for every file of a known type.</param>
    /// <param name="exclude">The globs of which neither a file nor a folder around it may match one.</param>
    public PathFilter(IReadOnlyList<string>? include, IReadOnlyList<string>? exclude)
    {
        _include = include is [] or null ? null : CreateMatcher(include);
        _exclude = exclude is [] or null ? null : CreateMatcher(exclude);
    }

    /// <summary>Gets the programs that turn files into Markdown, of which the first that fits is taken.</summary>
    public IReadOnlyList<Converter> Converters { get; init; } = [];

    /// <summary>Gets the program that a file is for; null if there is none.</summary>
    public Converter? ConverterOf(string name) => Converters.FirstOrDefault(converter => converter.Fits(name));

    /// <summary>Gets how a file is read; null if it is not taken.</summary>
    /// <param name="name">Its path below the folder, with slashes.</param>
    public FileKind? KindOf(string name)
    {
        var kind = ConverterOf(name) is null ? FileKinds.FromPath(name) : FileKind.Converted;
        if (_include is null)
        {
            return kind;
        }

        // Who asks for *.py by name knows that it is text.
        return _include.Match(name).HasMatches ? kind ?? FileKind.Text : null;
    }

    /// <summary>Determines whether a file or folder is left out, with all that is in it.</summary>
    public bool Excludes(string name) => _exclude?.Match(name).HasMatches ?? false;

    /// <summary>Creates what matches paths with slashes that fit one of the globs.</summary>
    public static Matcher CreateMatcher(IReadOnlyList<string> globs)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        foreach (string glob in globs)
        {
            // As in .gitignore: without a slash it fits a name in any folder.
            string pattern = glob.TrimEnd('/');
            matcher.AddInclude(pattern.Contains('/') ? pattern.TrimStart('/') : $"**/{pattern}");
        }

        return matcher;
    }
}
