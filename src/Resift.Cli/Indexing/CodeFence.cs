namespace Resift.Cli;

/// <summary>The fences of Markdown that stand around code.</summary>
internal static class CodeFence
{
    private const int Shortest = 3;

    /// <summary>Gets a fence that is longer than any run of its character in the code, so that nothing in it ends the block.</summary>
    public static string Around(string code)
    {
        int longest = 0;
        int run = 0;
        foreach (char character in code)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return new('`', Math.Max(Shortest, longest + 1));
    }
}
