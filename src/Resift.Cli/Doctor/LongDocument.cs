namespace Resift.Cli;

/// <summary>A document that is longer than most models read, and answers a golden question in its first sentence.</summary>
internal static class LongDocument
{
    // About 8,000 tokens of English: most models read 512, and many servers 8,192 at most.
    private const int Characters = 40_000;

    private static readonly string[] _filler =
    [
        "The path follows the river for an hour and then climbs through a forest of beech and oak.",
        "In the second hall there are tools of the kind that carpenters used a century ago.",
        "Trains run every half hour on weekdays and once an hour on Sundays.",
        "The committee met again in autumn and put the question off until the spring.",
    ];

    public static string StartingWith(string answer)
    {
        var text = new System.Text.StringBuilder(answer, Characters + 200);
        for (int i = 0; text.Length < Characters; i++)
        {
            text.Append(' ').Append(_filler[i % _filler.Length]);
        }

        return text.ToString();
    }
}
