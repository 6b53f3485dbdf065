using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Tokenization;

public class WordPieceTokenizerTests
{
    private static readonly Tokenizer _tokenizer = TokenizerLoader.Load(TestData.InRepository("models/resift-mini-v2"));

    /// <summary>Texts and the ids that the Hugging Face library (tokenizers 0.23) gives them.</summary>
    public static TheoryData<string, int[]> Texts => new()
    {
        { "", [] },
        { "  \t\n ", [] },
        { "Reranking puts the best answer first.", [2128, 26763, 2075, 8509, 1996, 2190, 3437, 2034, 1012] },
        { "REranKING", [2128, 26763, 2075] },
        { "tokenization of untranslatable words", [19204, 3989, 1997, 4895, 6494, 3619, 20051, 3085, 2616] },
        { "It's 3.14, isn't it?", [2009, 1005, 1055, 1017, 1012, 2403, 1010, 3475, 1005, 1056, 2009, 1029] },
        { "a^b `c` d|e $5 \u20AC10", [1037, 1034, 1038, 1036, 1039, 1036, 1040, 1064, 1041, 1002, 1019, 1574, 10790] },
        { "##ing ## #", [1001, 1001, 13749, 1001, 1001, 1001] },

        // accents, composed and decomposed, and case
        { "caf\u00E9 na\u00EFve \u00C5ngstr\u00F6m", [7668, 15743, 17076, 15687] },
        { "cafe\u0301 nai\u0308ve", [7668, 15743] },
        { "\u0130stanbul I\u015F\u0131k", [9960, 2003, 11722, 2243] },
        { "Stra\u00DFe", [2358, 27807] },
        { "\u039F\u0394\u03A5\u03A3\u03A3\u0395\u03A5\u03A3", [1169, 29722, 29735, 29733, 29733, 29723, 29735, 29733] },
        { "\u1E9B\u0323 \u01C4", [100, 100] },
        { "\u2260 \u226E \u037E", [1027, 1026, 1025] },

        // ideographs stand alone, compatibility ones too; Hangul falls into jamo
        { "\u6771\u4EAC\u306F\u65E5\u672C", [1879, 1755, 1672, 1864, 1876] },
        { "C#\u7F16\u5199v2", [1039, 1001, 100, 100, 1058, 2475] },
        { "\uF900\uFAD0x", [100, 100, 1060] },
        { "\uD842\uDFB7\u91CE\u5BB6", [100, 1963, 1825] },
        { "\uD55C\uAD6D\uC5B4 \uAC00", [1469, 30006, 30021, 29991, 30014, 30020, 29999, 30008, 1455, 30006] },
        { "\u1100\u1161\u11A8", [1455, 30006, 30020] },
        { "\u0915\u094D\u0937 \u09CB", [1315, 29873, 1381, 29914] },

        // controls vanish, white space separates, what is unassigned stays
        { "a\u00ADb\u200Bc\u0000d\uFEFFe", [5925, 3207] },
        { "one\u0085two\u2028three\u00A0four", [2028, 2102, 12155, 2093, 2176] },
        { "x\uE000y\uFFFFz", [100] },
        { "\uD834\uDD5E \u0378", [100, 100] },

        // symbols
        { "\uD83D\uDE00 nice \uD83D\uDC4D\uD83C\uDFFD", [100, 3835, 100] },
        { "un\uD83D\uDD25believable", [100] },
        { "\uD835\uDC00 \u2126 \uFF28\uFF45", [100, 1179, 100] },
        { "\u201Cquoted\u201D \u2014 \u00BFqu\u00E9?", [1523, 9339, 1524, 1517, 1094, 10861, 1029] },
        { "\u00B6\u00A7\u00A9\u00AE", [1086, 1073, 1075, 29656] },

        // special tokens in the text
        { "[SEP] [CLS]x[MASK][PAD] [UNK] [sep] [SE P]", [102, 101, 1060, 103, 0, 100, 1031, 19802, 1033, 1031, 7367, 1052, 1033] },
        { "[[SEP]]", [1031, 102, 1033] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Encode_Text_IdsEqualTheReference(string text, int[] expected) => Assert.Equal(expected, Encode(text));

    [Theory]
    [InlineData("a", 100, 50)]
    [InlineData("a", 101, 1)]
    [InlineData("\u00E9", 101, 1)]
    [InlineData("\uD55C", 34, 1)]
    [InlineData("a", 5_000, 1)]
    public void Encode_LongWord_IsUnknownBeyondOneHundredCodePoints(string part, int repeats, int tokens)
    {
        int[] ids = Encode(string.Concat(Enumerable.Repeat(part, repeats)));

        Assert.Equal(tokens, ids.Length);
        Assert.Equal(tokens == 1, ids[0] == 100);
    }

    [Fact]
    public void Encode_DestinationTooSmall_WritesTheFirstAndCountsAll()
    {
        int[] ids = [-1, -1, -1, -1];

        int count = _tokenizer.Encode("tokenization of words", ids.AsSpan(0, 3));

        Assert.Equal(4, count);
        Assert.Equal([19204, 3989, 1997, -1], ids);
        Assert.Equal(4, _tokenizer.Encode("tokenization of words", []));
    }

    [Theory]
    [InlineData("the\uD83D best")]
    [InlineData("the\uDE00 best")]
    [InlineData("\uDE00\uD83Dthe best\uD83D")]
    [InlineData("t\uD83Dhe be\uDE00st")]
    public void Encode_LoneSurrogate_VanishesAsTheReplacementCharacterDoes(string text) => Assert.Equal([1996, 2190], Encode(text));

    [Fact]
    public void Encode_MegabyteOfText_AllocatesNextToNothing()
    {
        string text = string.Concat(Enumerable.Repeat("An untranslatable w\u00F6rd, 42 of \uD83D\uDE00 and [SEP] \uD55C. ", 25_000));
        int[] ids = new int[256];
        int expected = 25_000 * _tokenizer.Encode(text.AsSpan(0, text.Length / 25_000), ids);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = _tokenizer.Encode(text, ids);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(text.Length > 1_000_000);
        Assert.Equal(expected, count);
        Assert.InRange(allocated, 0, 32_768);
    }

    [Fact]
    public void Encode_FromEightThreads_GivesTheSameIds()
    {
        string[] texts = [.. Texts.Select(row => row.Data.Item1)];
        int[][] expected = [.. texts.Select(Encode)];
        int failures = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(offset => new Thread(() =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                int at = (i + offset) % texts.Length;
                if (!Encode(texts[at]).SequenceEqual(expected[at]))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        }))];

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(0, failures);
    }

    private static int[] Encode(string text)
    {
        int[] ids = new int[text.Length * 3];
        return ids[.._tokenizer.Encode(text, ids)];
    }
}
