namespace Resift.Local.Tests.Models;

/// <summary>Texts for a <see cref="TinyModel"/>, whose vocabulary has every letter: a text has as many tokens as it has letters.</summary>
internal static class Letters
{
    private const int FirstLetterId = 5;

    /// <summary>Gives a text of some letters that depends on nothing but the seed.</summary>
    public static string Text(int letters, int seed = 1)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, letters).Select(_ => (char)('a' + random.Next(26))));
    }

    /// <summary>Gives texts of different lengths, from none to <paramref name="longest"/> letters.</summary>
    public static string[] Texts(int count, int longest) => [.. Enumerable.Range(0, count).Select(i => Text(i * 37 % (longest + 1), i))];

    /// <summary>Gives the ids that a model reads for a text of letters: [CLS] text [SEP].</summary>
    public static int[] Ids(string text) => [2, .. text.Where(char.IsAsciiLetter).Select(letter => FirstLetterId + letter - 'a'), 3];
}
