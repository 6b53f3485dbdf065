using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Resift.Cli;

/// <summary>A program that turns files of some kind into Markdown, which it writes to its standard output. No shell is between.</summary>
internal sealed class Converter
{
    private const string PathMark = "{}";
    private const int LongestErrorLine = 400;

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
    public async Task<string> RunAsync(SourceFile file, TimeSpan limit, int largest, CancellationToken cancellationToken)
    {
        using var process = Start(file);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            process.StandardInput.Close();
            var error = FirstLineAsync(process.StandardError, timeout.Token);
            var output = new Utf8Input(process.StandardOutput.BaseStream, $"{file.ShownPath} as {_program} writes it")
            {
                LargestWhole = largest,
            };
            var text = await output.ReadRestAsync(timeout.Token);
            string said = await error;
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0
                ? Encoding.UTF8.GetString(text.Span)
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{file.ShownPath}: {_program} ended with exit code {process.ExitCode}{(said.Length > 0 ? ": " : "")}{said}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{file.ShownPath}: {_program} takes more than {limit.TotalSeconds:0.###} s (--file-timeout)."));
        }
        finally
        {
            End(process);
        }
    }

    private Process Start(SourceFile file)
    {
        var start = new ProcessStartInfo(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in _arguments)
        {
            // A full path never begins as an option does.
            start.ArgumentList.Add(argument.Replace(PathMark, file.FullPath, StringComparison.Ordinal));
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new InvalidDataException($"{file.ShownPath}: {_program} cannot be started: {exception.Message}", exception);
        }
    }

    // Everything is read, since a program whose pipe is full waits.
    private static async Task<string> FirstLineAsync(StreamReader error, CancellationToken cancellationToken)
    {
        var said = new StringBuilder();
        char[] buffer = new char[4096];
        int read;
        while ((read = await error.ReadAsync(buffer, cancellationToken)) > 0)
        {
            said.Append(buffer, 0, Math.Min(read, LongestErrorLine - Math.Min(said.Length, LongestErrorLine)));
        }

        return said.ToString().Trim().Split('\n')[0].TrimEnd();
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just ended by itself.
        }
    }
}
