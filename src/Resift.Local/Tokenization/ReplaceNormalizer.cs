namespace Resift.Local.Tokenization;

/// <summary>Puts one text in the place of another, or of each run of some characters.</summary>
/// <param name="pattern">What to look for.</param>
/// <param name="content">What to put there.</param>
internal sealed class ReplaceNormalizer(PiecePattern pattern, string content) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, TextBuffer output)
    {
        int position = 0;
        while (pattern.TryFind(text, position, out int start, out int end))
        {
            // What replaces several characters counts as standing at the last of them.
            output.LostStart |= start == 0 && (content.Length == 0 || end > (char.IsHighSurrogate(text[0]) ? 2 : 1));
            output.Append(text[position..start]);
            output.Append(content);
            position = end;
        }

        output.Append(text[position..]);
    }
}
