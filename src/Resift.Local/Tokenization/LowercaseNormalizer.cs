namespace Resift.Local.Tokenization;

/// <summary>Lowers case code point by code point, without a final sigma.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    private readonly CharacterTable _table = new(new BertNormalization(false, false, false, Lowercase: true));

    public override void Apply(ReadOnlySpan<char> text, TextBuffer output) => output.Append(TextNormalizer.Normalize(_table, text));
}
