using System.Text.RegularExpressions;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class WordPatternTests
{
    public static TheoryData<string> Expressions => [.. WordPattern.Expressions];

    [Theory]
    [InlineData(0, "I'll DON'T it's", "I|'ll| DON|'|T| it|'s")]
    [InlineData(1, "I'll DON'T it's", "I|'ll| DON|'T| it|'s")]
    [InlineData(1, "x'\u017F\u017F", "x|'\u017F|\u017F")]
    [InlineData(0, "a  b\n\n c ", "a| | b|\n\n| c| ")]
    [InlineData(1, "a  b\n\n c \r\n", "a| | b|\n\n| c| \r\n")]
    [InlineData(0, "v1234 56", "v|1234| 56")]
    [InlineData(1, "v1234 56", "v|1|2|3|4| |5|6")]
    [InlineData(2, "v1234 56", "v|123|4| |56")]
    [InlineData(0, "(a) x[1]!?\n", "(|a|)| x|[|1|]!?|\n")]
    [InlineData(1, "(a) x[1]!?\n", "(a|)| x|[|1|]!?\n")]
    [InlineData(1, "\ta\u3000b", "\ta|\u3000b")]
    [InlineData(0, "\U00010330\U00010331\U0001D7D8\U0001F600", "\U00010330\U00010331|\U0001D7D8|\U0001F600")] // Gothic letters, a digit
    [InlineData(1, "\U0001F600\U00010330 \U0001F600", "\U0001F600\U00010330| \U0001F600")]
    [InlineData(2, "\U0001D7D8\U0001D7D9\U0001D7DA\U0001D7DB", "\U0001D7D8\U0001D7D9\U0001D7DA|\U0001D7DB")]
    public void TryFind_Text_IsCutAsTheExpressionSays(int expression, string text, string expected) =>
        Assert.Equal(expected, Cut(WordPattern.Expressions[expression], text));

    [Theory]
    [MemberData(nameof(Expressions))]
    public void TryFind_RandomText_IsCutAsByTheExpressionItself(string expression)
    {
        // Characters whose categories .NET has always known, and of its \s those that it shares with Unicode's.
        const string Characters = "aabcsStTlLrReEvVmMdD''''    \n\n\r\t\u00A0\u3000129\u0660\u00BD.,!?-(_\u00E9\u0416\u6771\u0301\u20AC";
        var random = new Random(3);
        for (int i = 0; i < 3_000; i++)
        {
            string text = new(random.GetItems(Characters.AsSpan(), random.Next(1, 30)));

            Assert.Equal(string.Join('|', Regex.Matches(text, expression).Select(match => match.Value)), Cut(expression, text));
        }
    }

    [Theory]
    [MemberData(nameof(Expressions))]
    public void TryFind_LongRuns_AreFoundInOnePass(string expression)
    {
        const int Length = 1 << 20;
        var pattern = WordPattern.Create(expression)!;

        Assert.Equal(1, Count(new string('a', Length)));
        Assert.Equal(1, Count(new string('!', Length)));
        Assert.Equal(1, Count(new string(' ', Length)));
        Assert.Equal(Length / 2, Count(string.Concat(Enumerable.Repeat("  a", Length / 4))));

        int Count(string text)
        {
            int count = 0;
            for (int position = 0; pattern.TryFind(text, position, out _, out position);)
            {
                count++;
            }

            return count;
        }
    }

    [Theory]
    [InlineData(@"\p{L}+")]
    [InlineData(@"(a+)+$")]
    public void Create_UnknownExpression_IsNull(string expression) => Assert.Null(WordPattern.Create(expression));

    private static string Cut(string expression, string text) =>
        PieceList.Cut(next => new SplitStage(WordPattern.Create(expression)!, SplitBehavior.Isolated, isInverted: false, next), text);
}
