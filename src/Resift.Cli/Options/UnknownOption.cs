using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Resift.Cli;

/// <summary>
/// What looks like an option and is none: the parser takes it for a word of the query or a file, and its value for another, so that a
/// misspelled option would do something else instead of failing.
/// </summary>
internal static partial class UnknownOption
{
    /// <summary>Refuses arguments that look like options; behind <c>--</c> everything is an argument.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="parsed">What the parser made of it.</param>
    /// <exception cref="UsageException">There is one.</exception>
    public static void ThrowIfAny(IReadOnlyList<string> args, ParseResult parsed)
    {
        var mayBeOptions = args.TakeWhile(arg => arg != "--").ToHashSet(StringComparer.Ordinal);
        string? unknown = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(value => Looks().IsMatch(value) && mayBeOptions.Contains(value));
        if (unknown is null)
        {
            return;
        }

        string name = unknown.Split('=')[0];
        string[] similar =
        [
            .. parsed.CommandResult.Command.Options.Select(option => option.Name)
                .Where(known => known.StartsWith(name, StringComparison.Ordinal) || name.StartsWith(known, StringComparison.Ordinal)),
        ];
        string guess = similar is [] ? "" : $" Did you mean {string.Join(" or ", similar)}?";
        throw new UsageException($"there is no option '{name}'.{guess} Where it is meant as text, put '--' before it.");
    }

    [GeneratedRegex("^--[A-Za-z][A-Za-z0-9-]*(=.*)?$", RegexOptions.Singleline)]
    private static partial Regex Looks();
}
