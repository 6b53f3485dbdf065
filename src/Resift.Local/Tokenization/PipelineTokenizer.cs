using System.Buffers;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// A tokenizer of steps as <c>tokenizer.json</c> lists them, with the ids of the Hugging Face library: added tokens are found first, what
/// is between them is normalized and cut into pieces, and a model turns each piece into tokens.
/// </summary>
/// <param name="normalizers">The normalizers, in order.</param>
/// <param name="stages">What cuts the text; the model is the last of it.</param>
/// <param name="addedTokens">The tokens that are found in the text as it stands.</param>
internal sealed class PipelineTokenizer(IReadOnlyList<Normalizer> normalizers, PieceStage stages, IReadOnlyList<AddedToken> addedTokens)
    : Tokenizer
{
    private readonly AddedTokenSet _rawTokens = new(addedTokens.Where(token => !token.Normalized));
    private readonly AddedTokenSet _normalizedTokens = new(addedTokens.Where(token => token.Normalized)
        .Select(token => token with { Content = Normalize(normalizers, token.Content) }));

    public override int Encode(ReadOnlySpan<char> text, Span<int> destination)
    {
        var tokens = new TokenWriter(destination);
        using TextBuffer? whole = WithoutHalfSurrogates(ref text);
        using var normalized = new TextBuffer();
        using var other = new TextBuffer();
        var parts = new AddedTokenSplitter(_rawTokens, text);
        while (parts.MoveNext())
        {
            (normalized.LostStart, other.LostStart) = (false, false);
            ReadOnlySpan<char> part = Normalize(normalizers, parts.Before, normalized, other);
            EncodeNormalized(part, parts.Start == 0 && !normalized.LostStart && !other.LostStart, ref tokens);
            if (parts.Id >= 0)
            {
                tokens.Write(parts.Id);
            }
        }

        return tokens.Count;
    }

    public override Tokenizer WithoutAddedTokens() =>
        new PipelineTokenizer(normalizers, stages, [])
        {
            VocabularySize = VocabularySize,
            UnknownId = UnknownId,
            MedianTokenLength = MedianTokenLength,
            Template = Template,
        };

    private void EncodeNormalized(ReadOnlySpan<char> text, bool isFirst, ref TokenWriter tokens)
    {
        var parts = new AddedTokenSplitter(_normalizedTokens, text);
        while (parts.MoveNext())
        {
            if (!parts.Before.IsEmpty)
            {
                stages.Take(parts.Before, isFirst && parts.Start == 0, ref tokens);
            }

            if (parts.Id >= 0)
            {
                tokens.Write(parts.Id);
            }
        }
    }

    private static string Normalize(IReadOnlyList<Normalizer> normalizers, string text)
    {
        using var normalized = new TextBuffer();
        using var other = new TextBuffer();
        return Normalize(normalizers, text, normalized, other).ToString();
    }

    private static ReadOnlySpan<char> Normalize(
        IReadOnlyList<Normalizer> normalizers, ReadOnlySpan<char> text, TextBuffer output, TextBuffer other)
    {
        for (int i = 0; i < normalizers.Count && !text.IsEmpty; i++)
        {
            output.Clear();
            normalizers[i].Apply(text, output);
            text = output.Text;
            (output, other) = (other, output);
        }

        return text;
    }

    private static TextBuffer? WithoutHalfSurrogates(ref ReadOnlySpan<char> text)
    {
        int valid = 0;
        for (int length; valid < text.Length; valid += length)
        {
            int next = text[valid..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (next < 0)
            {
                return null;
            }

            valid += next;
            if (Rune.DecodeFromUtf16(text[valid..], out _, out length) != OperationStatus.Done)
            {
                break;
            }
        }

        if (valid >= text.Length)
        {
            return null;
        }

        var whole = new TextBuffer();
        foreach (Rune rune in text.EnumerateRunes())
        {
            whole.Append(rune);
        }

        text = whole.Text;
        return whole;
    }
}
