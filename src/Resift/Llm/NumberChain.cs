namespace Resift;

/// <summary>Finds the order that a model wrote without valid JSON, such as <c>[2] &gt; [1]</c> or <c>3, 1, 2</c>.</summary>
internal static class NumberChain
{
    private const int Unknown = 0;

    /// <summary>
    /// Gets the longest row of numbers with nothing between two of them but one comma, one greater-than sign, or a pair of brackets, or, in
    /// an answer of nothing but numbers, white space; of equally long ones the last, since a conclusion stands at the end. A row has at
    /// least two numbers.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The numbers; 0 for those that cannot be an id. Empty if there is no row.</returns>
    public static IReadOnlyList<int> Longest(LlmAnswer answer)
    {
        List<int> longest = [];
        List<int> current = [];
        int end = 0;
        bool isBare = answer.Text.All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c));
        foreach (var number in NumberToken.In(answer.Text))
        {
            // Of an answer that was cut off, the last number may be the first digit of a longer one.
            if (answer.IsCutOff && number.End == answer.Text.Length)
            {
                break;
            }

            if (current.Count > 0 && !isBare && !IsGlue(answer.Text.AsSpan(end, number.Start - end)))
            {
                current = [];
            }

            current.Add(number.Value ?? Unknown);
            end = number.End;
            if (current.Count > 1 && current.Count >= longest.Count)
            {
                longest = current;
            }
        }

        return longest;
    }

    private static bool IsGlue(ReadOnlySpan<char> between)
    {
        int separators = 0;
        int brackets = 0;
        foreach (char c in between)
        {
            if (c is ',' or '>' or '、' or '，')
            {
                separators++;
            }
            else if (c is '[' or ']')
            {
                brackets++;
            }
            else if (c is not ('"' or '\'') && !char.IsWhiteSpace(c))
            {
                return false;
            }
        }

        return separators == 1 || (separators == 0 && brackets == 2);
    }
}
