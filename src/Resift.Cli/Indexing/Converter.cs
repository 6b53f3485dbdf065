using System.Text;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Resift.Cli;

/// <summary>A program that turns files of some kind into Markdown, which it writes to its standard output. No shell is between.</summary>
internal sealed class Converter
{
    private const string PathMark = "{}";

    private readonly Matcher _files;
    private readonly string _program;
    private readonly IReadOnlyList<string> _arguments;

    private Converter(Matcher files, string program, IReadOnlyList<string> arguments) =>
        (_files, _program, _arguments) = (files, program, arguments);

    /// <summary>Reads what people write: <c>*.odt=pandoc -t markdown {}</c>.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public static Converter Parse(string option)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        string[] words = equals > 0 ? [.. CommandWords.Of("--convert", option[(equals + 1)..])] : [];
        if (words.Length == 0 || words[0].Length == 0 || !words[1..].Any(word => word.Contains(PathMark, StringComparison.Ordinal)))
        {
            throw new UsageException($"--convert expects GLOB=PROGRAM with {PathMark} in place of the file, as in " +
                $"\"*.odt=pandoc -t markdown {PathMark}\", but got '{option}'.");
        }

        return new(PathFilter.CreateMatcher([option[..equals].Trim()]), words[0], words[1..]);
    }

    /// <summary>Determines whether a file is for this program.</summary>
    /// <param name="name">Its path below the folder, with slashes.</param>
    public bool Fits(string name) => _files.Match(name).HasMatches;

    /// <summary>Runs the program for one file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="largest">How many bytes it may write.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidDataException">It fails, takes too long, or writes too much or something else than UTF-8.</exception>
    public Task<string> RunAsync(SourceFile file, TimeSpan limit, int largest, CancellationToken cancellationToken) =>
        OutsideProgram.RunAsync(
            _program,

            // A full path never begins as an option does.
            _arguments.Select(argument => argument.Replace(PathMark, file.FullPath, StringComparison.Ordinal)),
            $"{file.ShownPath}: {_program}",
            (limit, " (--file-timeout)."),
            async (reader, token) =>
            {
                var output = new Utf8Input(reader.BaseStream, $"{file.ShownPath} as {_program} writes it") { LargestWhole = largest };
                return Encoding.UTF8.GetString((await output.ReadRestAsync(token)).Span);
            },
            cancellationToken);
}
