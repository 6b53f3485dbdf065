namespace Resift.Local.Tokenization;

/// <summary>Drops white space at the ends of a text.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, TextBuffer output)
    {
        output.LostStart |= left && char.IsWhiteSpace(text[0]);
        text = left ? text.TrimStart() : text;
        output.Append(right ? text.TrimEnd() : text);
    }
}

/// <summary>Puts something before a text.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, TextBuffer output)
    {
        output.Append(prefix);
        output.Append(text);
    }
}
