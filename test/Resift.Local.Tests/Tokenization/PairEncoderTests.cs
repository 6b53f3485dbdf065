using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Tokenization;

public class PairEncoderTests
{
    private const int Cls = 101;
    private const int Sep = 102;

    private static readonly Tokenizer _tokenizer = TokenizerLoader.Load(TestData.InRepository("models/resift-mini-v2"));

    [Fact]
    public void Encode_ShortPair_JoinsBothWithTheSpecialTokens()
    {
        var encoder = new PairEncoder(_tokenizer, 512);

        TokenSequence pair = encoder.Encode(encoder.EncodeQuery("best answer"), "The first answer.");

        Assert.Equal([Cls, 2190, 3437, Sep, 1996, 2034, 3437, 1012, Sep], pair.Ids);
        Assert.Equal(4, pair.FirstSegmentLength);
        Assert.Equal((0, 0), (pair.FirstTokensCut, pair.SecondTokensCut));
    }

    [Theory]
    [InlineData("", "", 2)]
    [InlineData("best", "", 3)]
    [InlineData("", "best", 2)]
    public void Encode_EmptyText_IsStillAPair(string query, string document, int firstSegment)
    {
        var encoder = new PairEncoder(_tokenizer, 8);

        TokenSequence pair = encoder.Encode(encoder.EncodeQuery(query), document);

        Assert.Equal(firstSegment, pair.FirstSegmentLength);
        Assert.Equal([Cls, Sep, Sep], pair.Ids.Where(id => id is Cls or Sep));
    }

    [Theory]
    [InlineData(2, 20, 10, null, 2, 5)]
    [InlineData(20, 2, 10, null, 5, 2)]
    [InlineData(20, 30, 10, null, 3, 4)]
    [InlineData(2, 20, 10, 4, 2, 4)] // the document's own limit comes first
    [InlineData(20, 30, 10, 2, 5, 2)] // and leaves its room to the query
    [InlineData(2, 3, 10, 4, 2, 3)]
    [InlineData(20, 30, 3, null, 0, 0)]
    [InlineData(2, 20, 512, 0, 2, 0)]
    public void Encode_LongPair_CutsTheLongerFirstAndCountsWhatIsCut(
        int query, int document, int maxTokens, int? maxPerDocument, int keptFirst, int keptSecond)
    {
        var encoder = new PairEncoder(_tokenizer, maxTokens);

        TokenSequence pair = encoder.Encode(encoder.EncodeQuery(Words("best", query)), Words("answer", document), maxPerDocument);

        Assert.Equal(
            [Cls, .. Enumerable.Repeat(2190, keptFirst), Sep, .. Enumerable.Repeat(3437, keptSecond), Sep], pair.Ids);
        Assert.Equal(keptFirst + 2, pair.FirstSegmentLength);
        Assert.Equal(query - keptFirst, pair.FirstTokensCut);
        Assert.Equal(document - keptSecond, pair.SecondTokensCut);
    }

    [Theory]
    [InlineData(4, 6, 0)]
    [InlineData(4, 5, 1)]
    [InlineData(4, int.MaxValue, 0)]
    [InlineData(0, 8, 0)]
    public void EncodeSingle_Text_StandsBetweenTheSpecialTokens(int words, int maxTokens, int cut)
    {
        TokenSequence text = new PairEncoder(_tokenizer, maxTokens).EncodeSingle(Words("best", words));

        Assert.Equal([Cls, .. Enumerable.Repeat(2190, words - cut), Sep], text.Ids);
        Assert.Equal(text.Ids.Length, text.FirstSegmentLength);
        Assert.Equal((cut, 0), (text.FirstTokensCut, text.SecondTokensCut));
    }

    [Fact]
    public void Encode_UnlimitedHangul_HasRoomForThreeTokensPerCharacter()
    {
        var encoder = new PairEncoder(_tokenizer, int.MaxValue);
        string syllables = new('\uD55C', 30);

        TokenSequence pair = encoder.Encode(encoder.EncodeQuery(syllables), syllables);

        Assert.Equal((2 * 90) + 3, pair.Ids.Length);
        Assert.Equal((0, 0), (pair.FirstTokensCut, pair.SecondTokensCut));
    }

    [Fact]
    public void Constructor_NoRoomForTheSpecialTokens_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairEncoder(_tokenizer, 2));

    private static string Words(string word, int count) => string.Join(' ', Enumerable.Repeat(word, count));
}
