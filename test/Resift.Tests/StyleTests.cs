using System.Globalization;
using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Tests;

/// <summary>Keeps what of the style no analyzer and no formatter checks.</summary>
public sealed partial class StyleTests
{
    [Fact]
    public void Lines_OfEverySource_AreWithinTheLimitOfEditorConfig()
    {
        string config = File.ReadAllText(TestData.InRepository(".editorconfig"));
        int limit = int.Parse(MaxLineLength().Match(config).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        string[] tooLong = [.. Lines("src", "test", "bench", "samples").Where(line => line.Text.Length > limit).Select(line => line.Place)];

        Assert.True(tooLong is [], $"Lines of more than {limit} characters: {string.Join(", ", tooLong)}");
    }

    // XML documentation says "Gets", "Creates", "Determines whether", as that of .NET does.
    [Fact]
    public void Summaries_OfTheSources_BeginInTheWordsOfDotNet()
    {
        string[] others = [.. Lines("src").Where(line => OtherVerb().IsMatch($"{line.Before}\n{line.Text}")).Select(line => line.Place)];

        Assert.True(others is [], $"Summaries that begin with Gives, Makes or Tells: {string.Join(", ", others)}");
    }

    [Theory]
    [InlineData("    /// <summary>Gives a number.</summary>", true)]
    [InlineData("    /// <summary>\n    /// Makes a number.", true)]
    [InlineData("    /// <summary>\n    /// Gets what it gives.", false)]
    [InlineData("    /// <param name=\"a\">Tells what is wanted.</param>", false)]
    public void OtherVerb_OfASummary_IsFound(string lines, bool expected) => Assert.Equal(expected, OtherVerb().IsMatch(lines));

    private static IEnumerable<(string Place, string Before, string Text)> Lines(params string[] folders)
    {
        foreach (string file in folders.SelectMany(folder =>
            Directory.EnumerateFiles(TestData.InRepository(folder), "*.cs", SearchOption.AllDirectories)))
        {
            string before = "";
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                yield return ($"{Path.GetRelativePath(TestData.Root, file)}:{++number}", before, line);
                before = line;
            }
        }
    }

    [GeneratedRegex(@"^max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex MaxLineLength();

    // On the line of the tag, or on a second line after it.
    [GeneratedRegex(@"<summary>(\n\s*/// )?(Gives|Makes|Tells)\b")]
    private static partial Regex OtherVerb();
}
