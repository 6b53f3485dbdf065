using System.Text;

namespace Resift.Cli;

/// <summary>Reads a command as people write it into an option. No shell is between, so nothing in it is replaced.</summary>
internal static class CommandWords
{
    /// <summary>Parts a command at its spaces; quotes of either kind keep words together.</summary>
    /// <param name="option">The option that has it, for messages.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="UsageException">A quote is not closed.</exception>
    public static IEnumerable<string> Of(string option, string command)
    {
        var word = new StringBuilder();
        char? quote = null;
        bool isWord = false;
        foreach (char character in command)
        {
            if (quote is null && char.IsWhiteSpace(character))
            {
                if (isWord)
                {
                    yield return word.ToString();
                }

                word.Clear();
                isWord = false;
            }
            else if (quote is null && (character is '"' or '\''))
            {
                (quote, isWord) = (character, true);
            }
            else if (character == quote)
            {
                quote = null;
            }
            else
            {
                word.Append(character);
                isWord = true;
            }
        }

        if (quote is not null)
        {
            throw new UsageException($"{option}: a quote is not closed in '{command}'.");
        }

        if (isWord)
        {
            yield return word.ToString();
        }
    }
}
