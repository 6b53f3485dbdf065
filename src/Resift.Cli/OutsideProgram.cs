using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Resift.Cli;

/// <summary>Runs programs of others, which write to their standard output. No shell is between.</summary>
internal static class OutsideProgram
{
    private const int LongestErrorLine = 400;

    /// <summary>Runs a program to its end, and ends it if that does not come in time.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="limit">How long it may take, and where messages say that this is set.</param>
    /// <param name="read">Reads its standard output.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="InvalidDataException">It cannot be started, fails, or takes too long.</exception>
    public static async Task<T> RunAsync<T>(
        string program, IEnumerable<string> arguments, string name, (TimeSpan Time, string Source) limit,
        Func<StreamReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments, name);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit.Time);
        try
        {
            process.StandardInput.Close();
            var errors = ReadAsync(process.StandardError, LongestErrorLine, timeout.Token);
            var output = await read(process.StandardOutput, timeout.Token);
            string said = (await errors).Trim().Split('\n')[0].TrimEnd();
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0
                ? output
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{name} ended with exit code {process.ExitCode}{(said.Length > 0 ? ": " : "")}{said}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"{name} takes more than {limit.Time.TotalSeconds:0.###} s{limit.Source}"));
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Reads all, since a program whose pipe is full waits, and keeps the beginning.</summary>
    public static async Task<string> ReadAsync(StreamReader reader, int most, CancellationToken cancellationToken)
    {
        var kept = new StringBuilder();
        char[] buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Append(buffer, 0, Math.Min(read, most - kept.Length));
        }

        return kept.ToString();
    }

    private static Process Start(string program, IEnumerable<string> arguments, string name)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new InvalidDataException($"{name} cannot be started: {exception.Message}", exception);
        }
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
