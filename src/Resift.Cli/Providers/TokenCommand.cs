using System.Diagnostics;

namespace Resift.Cli;

/// <summary>
/// A program that writes a token to its standard output, such as <c>gcloud auth print-access-token</c>. No shell is between.
/// </summary>
/// <param name="words">The program and its arguments.</param>
internal sealed class TokenCommand(IReadOnlyList<string> words)
{
    // No token is longer: headers end at 8 to 32 KiB.
    private const int Longest = 32 * 1024;

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
        string output = await OutsideProgram.RunAsync(
            words[0],
            words.Skip(1),
            words[0],
            (_limit, ""),
            (reader, token) => OutsideProgram.ReadAsync(reader, Longest + 1, token),
            cancellationToken);

        // What it wrote to its output is never shown: it may be the token.
        return output.Length > Longest || string.IsNullOrWhiteSpace(output)
            ? throw new InvalidDataException($"{words[0]} wrote no token to its standard output")
            : output.Trim();
    }

    private sealed record Token(string Text, long Since);
}
