using System.Text;

namespace Resift;

/// <summary>
/// How many tokens a text has where nothing counts them: one for every four bytes of UTF-8, as with English and the vocabularies of current
/// models. Bytes and not characters, since scripts beyond Latin have fewer, longer-encoded letters a token.
/// </summary>
internal static class TokenEstimate
{
    private const int BytesPerToken = 4;

    /// <summary>Estimates the tokens of a text, rounded up.</summary>
    public static int Count(ReadOnlySpan<char> text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;
}
