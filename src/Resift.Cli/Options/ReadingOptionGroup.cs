using System.CommandLine;

namespace Resift.Cli;

/// <summary>
/// How files are read, which an index never remembers: whoever gave the index to somebody must not choose what runs there.
/// </summary>
/// <param name="Converters">The programs that turn files into Markdown.</param>
/// <param name="TimeLimit">How long reading one file may take.</param>
/// <param name="IsVerbose">Whether all that is bad is named.</param>
internal sealed record FileReadingRules(IReadOnlyList<Converter> Converters, TimeSpan TimeLimit, bool IsVerbose);

/// <summary>The options that say how files are read.</summary>
internal sealed class ReadingOptionGroup
{
    private readonly Option<string[]> _convert = new("--convert")
    {
        Description = "Let a program turn files into Markdown, as in \"*.odt=pandoc -t markdown {}\". May be given more than once.",
        HelpName = "GLOB=PROGRAM",
    };

    private readonly Option<int?> _fileTimeout = OptionTypes.Number(
        "--file-timeout",
        $"How many seconds reading one file may take before it is skipped. Default: {DocumentReader.UsualTimeLimit.TotalSeconds:0}.",
        minimum: 1);

    public void AddTo(Command command)
    {
        command.Add(_convert);
        command.Add(_fileTimeout);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">A converter is none.</exception>
    public FileReadingRules Read(ParseResult parsed) => new(
        [.. (parsed.GetValue(_convert) ?? []).Select(Converter.Parse)],
        parsed.GetValue(_fileTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : DocumentReader.UsualTimeLimit,
        parsed.GetValue<bool>("--verbose"));
}
