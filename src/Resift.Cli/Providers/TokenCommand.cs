using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Resift.Cli;

/// <summary>
/// A program that writes a token to its standard output, such as <c>gcloud auth print-access-token</c>. No shell is between.
/// </summary>
/// <param name="words">The program and its arguments.</param>
internal sealed class TokenCommand(IReadOnlyList<string> words)
{
    // No token is longer: headers end at 8 to 32 KiB.
    private const int Longest = 32 * 1024;
    private const int LongestErrorLine = 400;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    // Such programs give tokens that hold for some minutes more; to ask them before each request would take longer than the request.
    private static readonly TimeSpan _kept = TimeSpan.FromMinutes(4);

    private volatile Token? _token;

    /// <summary>Gets the token, of the program or as it gave it a short time ago. Safe for concurrent use.</summary>
    /// <exception cref="InvalidDataException">The program fails, takes too long, or writes too much or nothing.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_token is { } token && Stopwatch.GetElapsedTime(token.Since) < _kept)
        {
            return token.Text;
        }

        string text = await RunAsync(cancellationToken);
        _token = new(text, Stopwatch.GetTimestamp());
        return text;
    }

    private async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_limit);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var errors = ReadAsync(process.StandardError, LongestErrorLine, timeout.Token);
            string output = await ReadAsync(process.StandardOutput, Longest + 1, timeout.Token);
            string said = (await errors).Trim().Split('\n')[0].TrimEnd();
            await process.WaitForExitAsync(timeout.Token);

            // What it wrote to its output is never shown: it may be the token.
            return process.ExitCode != 0
                ? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{words[0]} ended with exit code {process.ExitCode}{(said.Length > 0 ? ": " : "")}{said}"))
                : output.Length > Longest || string.IsNullOrWhiteSpace(output)
                    ? throw new InvalidDataException($"{words[0]} wrote no token to its standard output")
                    : output.Trim();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"{words[0]} takes more than {_limit.TotalSeconds} s"));
        }
        finally
        {
            End(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
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
            throw new InvalidDataException($"{words[0]} cannot be started: {exception.Message}", exception);
        }
    }

    // Everything is read, since a program whose pipe is full waits, and its beginning is kept.
    private static async Task<string> ReadAsync(StreamReader reader, int most, CancellationToken cancellationToken)
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

    private sealed record Token(string Text, long Since);
}
