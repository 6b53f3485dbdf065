namespace Resift.Cli.Tests;

/// <summary>Splits a text into lower-case words.</summary>
internal static class Words
{
    public static string[] Of(string text) =>
        text.ToLowerInvariant().Split([' ', '\t', '\n', '.', ',', '?', '!'], StringSplitOptions.RemoveEmptyEntries);
}
